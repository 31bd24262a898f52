import { describe, expect, it } from 'vitest'
import { nginxFront } from './nginx-front.ts'

describe('NGINX as the front', () => {
  const text = nginxFront({ domainName: 'notes.example.com', balancer: 'internal-1.elb.example.com' })

  it('N-05: answers /readyz plainly, and redirects everything else', () => {
    const [plain = ''] = text.split('listen 443')
    expect(plain).toContain('location = /readyz')
    expect(plain).toContain('return 301 https://$host$request_uri;')
    expect(plain).not.toContain('proxy_pass')
  })

  it('N-05: overwrites what a client says about itself', () => {
    for (const name of ['Host', 'X-Real-IP', 'X-Forwarded-For', 'X-Forwarded-Proto']) {
      expect(text.match(new RegExp(`proxy_set_header ${name} `, 'g'))).toHaveLength(1)
    }
  })

  it('N-05: reaches the balancer over TLS, and takes no certificate but that of the domain', () => {
    expect(text).toContain('proxy_pass https://$balancer$request_uri;')
    expect(text).toContain('proxy_ssl_verify on;')
    expect(text).toContain('proxy_ssl_name notes.example.com;')
  })

  it('N-05: looks the balancer’s name up again', () =>
    expect(text).toMatch(/resolver 169\.254\.169\.253 valid=5s;\s+set \$balancer internal-1\.elb\.example\.com;/))
})
