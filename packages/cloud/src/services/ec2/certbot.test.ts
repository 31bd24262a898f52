import { X509Certificate } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Machine } from '@terrace/model'
import { afterEach, describe, expect, it } from 'vitest'
import { openAuthority } from '../../certificates/authority.ts'
import { securityGroup, tcp, threeTiers } from '../../testing/architecture.ts'
import { type Ec2Cloud, machineWith, startEc2Cloud } from '../../workload/testing.ts'
import { certificatesIn } from './certbot.ts'

describe('the certificates that a script asks for', () => {
  it.each([
    ['certbot certonly -n --agree-tos --dns-route53 -d a.example.com', [['a.example.com']]],
    [
      '/opt/certbot/bin/certbot certonly --nginx -d a.example.com -d b.example.com',
      [['a.example.com', 'b.example.com']],
    ],
    ['certbot certonly --domains a.example.com,b.example.com', [['a.example.com', 'b.example.com']]],
    ["if certbot certonly -n \\\n  -d 'a.example.com' \\\n  --quiet; then break; fi", [['a.example.com']]],
    ['certbot renew -q', []],
    ['certbot certonly --standalone', []],
  ])('%j', (script, expected) => expect(certificatesIn(`#!/bin/bash\n${script}\n`)).toEqual(expected))
})

describe('an instance whose script asks for a certificate', () => {
  let cloud: Ec2Cloud
  afterEach(() => cloud.stop())

  async function launch(domain: string, ...egress: Parameters<typeof tcp>[]) {
    cloud = await startEc2Cloud({
      nodes: [
        ...threeTiers(),
        securityGroup(
          'front',
          [],
          egress.map(rule => tcp(...rule)),
        ),
      ],
    })
    const folder = cloud.world.folders.certificates
    const authority = await openAuthority({
      folder,
      clock: cloud.world.clock,
      name: 'test',
      constrainedTo: ['localhost'],
    })
    cloud.world.ports.provide('publicAuthority', authority)
    const notes: string[] = []
    cloud.world.journal.subscribe(({ kind, message }) => notes.push(`${kind} ${message}`))
    const machine: Machine = {
      ...machineWith([], { securityGroups: ['front'] }),
      userData: `#!/bin/bash\nset -e\ncertbot certonly -n -d ${domain}\n`,
    }
    const instance = await cloud.instances.launch({ machine, subnet: 'public-a', owner: 'front', publicAddress: true })
    return { instance, notes }
  }

  it('has it in the place of certbot, signed by the local public authority', async () => {
    const { instance } = await launch('notes.localhost', [443, '0.0.0.0/0'])
    const folder = () => join(instance.host?.root ?? '/nowhere', 'etc/letsencrypt/live/notes.localhost')
    await expect.poll(() => existsSync(join(folder(), 'privkey.pem'))).toBe(true)
    const certificate = new X509Certificate(readFileSync(join(folder(), 'fullchain.pem')))
    expect(certificate.subjectAltName).toBe('DNS:notes.localhost')
  })

  it('gets none without a way to Let’s Encrypt, and the journal says which rule is missing', async () => {
    const { notes } = await launch('notes.localhost')
    await expect
      .poll(() => notes.join())
      .toMatch(/certbot for notes\.localhost.*no way to acme-v02\.api\.letsencrypt\.org/)
  })

  it('gets none for a name of somebody else, and the journal says so', async () => {
    const { notes } = await launch('notes.example.com', [443, '0.0.0.0/0'])
    await expect.poll(() => notes.join()).toMatch(/under localhost alone here, not for notes\.example\.com/)
  })
})
