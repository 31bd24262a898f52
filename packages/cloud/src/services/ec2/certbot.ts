import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Host } from '../../workload/host.ts'
import { LaunchFailure, type LaunchNeed } from '../../workload/launch-failure.ts'
import type { World } from '../../world.ts'

/** Where certbot asks for certificates. */
const LETS_ENCRYPT = 'acme-v02.api.letsencrypt.org'

/**
 * The lists of names that the script has certbot ask for, one for each certificate.
 *
 * @see eff-certbot.readthedocs.io "certbot command-line options": `certonly`, `-d`
 */
export function certificatesIn(userData: string): readonly (readonly string[])[] {
  const lines = userData.replace(/\\\r?\n/g, ' ').split(/\r?\n/)
  return lines.flatMap(line => {
    const [, options] = /\bcertbot\s+certonly\s(.*)$/.exec(line) ?? []
    if (options === undefined) return []
    const names = [...options.matchAll(/(?:^|\s)(?:-d|--domains?)[\s=]'?"?([\w.*,-]+)/g)].flatMap(([, list = '']) =>
      list.split(','),
    )
    return names.length > 0 ? [names] : []
  })
}

/**
 * What `certbot certonly` leaves on the instance: certificate and key in `/etc/letsencrypt/live/<first name>`.
 *
 * differs: it is the local public authority that signs, once it is clear that the instance has a way to Let's Encrypt;
 * nothing is proved, and nothing is renewed while the instance runs
 *
 * @throws LaunchFailure when there is no way to Let's Encrypt, or a name is none that may be signed here
 */
export async function obtainCertificate({ ports }: World, host: Host, names: readonly string[]): Promise<void> {
  const need: LaunchNeed = { kind: 'program', name: `certbot for ${names.join(', ')}` }
  await host.reach({ need, host: LETS_ENCRYPT, action: '', resource: '' })
  const foreign = names.find(name => !isLocal(name))
  if (foreign !== undefined) {
    const message = `certificates are made for names under localhost alone here, not for ${foreign}`
    throw new LaunchFailure(need, { kind: 'notHere', message })
  }
  const authority = await ports.need('publicAuthority')
  const { certificate, key } = await authority.issue(names)
  const folder = join(host.root, 'etc/letsencrypt/live', names[0] ?? '')
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  writeFileSync(join(folder, 'fullchain.pem'), certificate, { mode: 0o600 })
  writeFileSync(join(folder, 'privkey.pem'), key, { mode: 0o600 })
}

/** Whether the public authority may sign a name: it is constrained to `localhost`. */
const isLocal = (name: string): boolean => name === 'localhost' || name.endsWith('.localhost')
