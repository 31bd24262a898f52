import { MAX_USER_DATA_BYTES } from '@terrace/constructs'
import { documentIn, propertiesOf, resolveText } from '@terrace/constructs/testing'
import { describe, expect, it } from 'vitest'
import { synthesize } from './support.ts'

describe('the user data', () => {
  const { template } = synthesize()
  const instances = Object.entries(propertiesOf(template, 'AWS::EC2::Instance'))
  const userDataOf = (start: string) => {
    const [id = '', properties] = instances.find(([name]) => name.startsWith(start)) ?? []
    return { id, text: resolveText(properties?.UserData, { DomainName: 'notes.example.com' }) }
  }
  const { id, text } = userDataOf('FrontNginx1')
  const { processes } = documentIn(text)
  const web = processes.web
  const nginx = web && 'nginx' in web ? web.nginx : ''

  it('N-05: of NGINX passes the four headers on, to the balancer’s name, looked up again', () => {
    for (const header of [
      'Host $host',
      'X-Real-IP $remote_addr',
      'X-Forwarded-For $proxy_add_x_forwarded_for',
      'X-Forwarded-Proto $scheme',
    ]) {
      expect(nginx).toContain(`proxy_set_header ${header};`)
    }
    expect(nginx).toMatch(/resolver 169\.254\.169\.253 valid=5s;\n {2}set \$balancer <Balancer.*\.DNSName>;/)
    expect(nginx).toContain('proxy_pass https://$balancer$request_uri;')
  })

  it('N-05: of NGINX redirects HTTP to HTTPS, and has a certificate of Let’s Encrypt that a timer renews', () => {
    expect(nginx).toContain('return 301 https://$host$request_uri;')
    expect(nginx).toContain('ssl_certificate /etc/letsencrypt/live/notes.example.com/fullchain.pem;')
    expect(text).toMatch(/certbot certonly .*--dns-route53 -d notes\.example\.com/)
    expect(text).toContain('systemctl enable --now certbot-renew.timer')
    expect(text.indexOf('certbot certonly')).toBeLessThan(text.indexOf('systemctl restart nginx'))
  })

  it('names the instance in the signal that CloudFormation waits for', () => {
    expect(text).toContain(`TERRACE_RESOURCE='${id}'`)
  })

  it('has room to spare', () => {
    for (const start of ['FrontNginx1', 'BastionHost']) {
      expect(Buffer.byteLength(userDataOf(start).text)).toBeLessThan(MAX_USER_DATA_BYTES * 0.8)
    }
  })

  it('N-09: of the bastion installs MySQL’s client and starts nothing', () => {
    const bastion = userDataOf('BastionHost').text
    expect(bastion).toContain('dnf install -y -q mariadb105')
    expect(documentIn(bastion)).toEqual({ processes: {} })
  })
})
