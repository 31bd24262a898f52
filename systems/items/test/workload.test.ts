import { MAX_USER_DATA_BYTES } from '@terrace/constructs'
import { load } from '@terrace/loader'
import { type Architecture, nodesOf } from '@terrace/model'
import { beforeAll, describe, expect, it } from 'vitest'
import { synthesize } from './support.ts'

describe('the user data of the frontend', () => {
  let architecture: Architecture
  let userData = ''
  let nginx = ''
  beforeAll(async () => {
    const directory = synthesize({ environment: 'prod', project: 'a-project-of-20-char' }).assembly
    const parameters = { DomainName: 'items.a-rather-long-name.example.com', PublicPortSuffix: ':4430' }
    architecture = await load({ kind: 'assembly', directory }, { parameters })
    const [group] = nodesOf(architecture, 'autoScalingGroup')
    userData = group?.machine.userData ?? ''
    const web = group?.machine.workload?.processes.find(({ name }) => name === 'web')
    nginx = web?.kind === 'nginx' ? web.configuration : ''
  })

  it('I-05: starts NGINX with the release of the site, and a collector beside it, and fits', () => {
    const [group] = nodesOf(architecture, 'autoScalingGroup')
    const processes = group?.machine.workload?.processes ?? []
    expect(processes.map(({ name, kind }) => `${name} ${kind}`)).toEqual(['web nginx', 'collector image'])
    expect(processes.find(({ name }) => name === 'web')?.files).toMatchObject([
      { source: expect.stringMatching(/\/releases\/[0-9a-f]{16}\/$/), path: '/srv/site' },
      { source: expect.stringMatching(/\/assets\/$/), path: '/srv/site/assets' },
    ])
    expect(Buffer.byteLength(userData)).toBeLessThan(MAX_USER_DATA_BYTES)
  })

  it('I-06: makes a certificate before NGINX starts, which takes TLS with it', () => {
    expect(userData).toMatch(/openssl req -x509 [\s\S]*-keyout \/etc\/nginx\/tls\/instance\.key/)
    expect(userData.indexOf('openssl req')).toBeLessThan(userData.lastIndexOf('run_nginx "$name"'))
    expect(nginx).toContain('listen 443 ssl default_server;')
    expect(nginx).toContain('ssl_certificate /etc/nginx/tls/instance.crt;')
  })

  it('I-07: carries calls to the API’s name, looked up again, whose certificate is checked', () => {
    const api = 'api.items.a-rather-long-name.example.com'
    expect(nginx).toContain(`server ${api}:443 resolve `)
    expect(nginx).toContain(`proxy_ssl_name ${api};`)
    expect(nginx).toContain('proxy_ssl_verify on;')
  })

  it('I-12: measures memory and disk of the group', () => {
    expect(userData).toContain('"namespace":"a-project-of-20-char-prod/frontend"')
    expect(userData).toMatch(/"mem":\{"measurement":\["used_percent"\]\}/)
  })

  it('I-11: an instance is in service when NGINX has answered', () => {
    expect(userData).toContain(
      "--lifecycle-hook-name 'serves' --auto-scaling-group-name 'a-project-of-20-char-prod-frontend'",
    )
  })
})
