import { createPrivateKey, X509Certificate } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Machine } from '@terrace/model'
import { describe, expect, it } from 'vitest'
import { securityGroup, threeTiers } from '../../testing/architecture.ts'
import { machineWith, startEc2Cloud } from '../../workload/testing.ts'
import { selfSignedIn } from './self-signed.ts'

const WHOLE =
  'openssl req -x509 -newkey ec -nodes -days 90 -subj /CN=instance -keyout /etc/tls/a.key -out /etc/tls/a.crt'

describe('the certificates that a script makes for itself', () => {
  const made = { key: '/etc/tls/a.key', certificate: '/etc/tls/a.crt', commonName: 'instance', validDays: 90 }
  it.each([
    [WHOLE, [made]],
    [WHOLE.replace(' -keyout', ' \\\n  -keyout'), [made]],
    [
      'openssl req -new -x509 -out \'/b.crt\' -keyout "/b.key"',
      [{ key: '/b.key', certificate: '/b.crt', commonName: 'localhost', validDays: 30 }],
    ],
    ['openssl req -new -keyout /a.key -out /a.csr', []],
    ['openssl x509 -in /a.crt -noout', []],
    ['openssl req -x509 -keyout "$key" -out "$certificate"', []],
  ])('%j', (script, expected) => expect(selfSignedIn(`#!/bin/bash\n${script}\n`)).toEqual(expected))
})

describe('an instance whose script makes a certificate', () => {
  it('has it where the script says, with its key, valid now, before anything is started', async () => {
    const cloud = await startEc2Cloud({ nodes: [...threeTiers(), securityGroup('front', [], [])] })
    try {
      const machine: Machine = {
        ...machineWith([], { securityGroups: ['front'] }),
        userData: `#!/bin/bash\nset -e\n${WHOLE}\n`,
      }
      const instance = await cloud.instances.launch({
        machine,
        subnet: 'public-a',
        owner: 'front',
        publicAddress: true,
      })
      const file = (name: string) => join(instance.host?.root ?? '/nowhere', 'etc/tls', name)
      await expect.poll(() => existsSync(file('a.crt'))).toBe(true)
      const certificate = new X509Certificate(readFileSync(file('a.crt')))
      expect(certificate.subject).toBe('CN=instance')
      expect(certificate.checkPrivateKey(createPrivateKey(readFileSync(file('a.key'))))).toBe(true)
      expect(certificate.validFromDate.getTime()).toBeLessThan(Date.now())
      expect(certificate.validToDate.getTime()).toBeGreaterThan(Date.now() + 89 * 86_400_000)
    } finally {
      await cloud.stop()
    }
  })
})
