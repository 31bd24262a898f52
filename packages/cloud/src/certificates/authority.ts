import { X509Certificate } from 'node:crypto'
import { join } from 'node:path'
import { type Clock, days, type Instant } from '@terrace/kit'
import { type AuthorityFiles, readAuthority, writeAuthority } from './authority-files.ts'
import { authorityNames } from './names.ts'

/** A certificate for some names, and its key; both as PEM. */
export interface Issued {
  /** The leaf, then the authority's own. */
  readonly certificate: string
  /** PKCS #8. */
  readonly key: string
}

/** A certificate authority on this machine. */
export interface Authority {
  /** Its own certificate, as PEM. */
  readonly certificate: string
  /** Where that PEM lies, for `NODE_EXTRA_CA_CERTS`, `curl --cacert` or a trust store. */
  readonly file: string
  /**
   * A server certificate for DNS names, wildcards such as `*.library.localhost`, and IP addresses. The same names get the
   * same one until it comes close to its end.
   */
  issue(names: readonly string[]): Promise<Issued>
}

/** How long a leaf is valid: shorter than any browser's limit. */
export const LEAF_VALIDITY = days(30)
/** How long an authority is valid. */
export const AUTHORITY_VALIDITY = days(3650)

const RENEW_LEAF_BEFORE = days(7)
const RENEW_AUTHORITY_BEFORE = days(60)

/**
 * Opens the authority of that name in a folder, or makes it when there is none or when it is about to expire. ECDSA on
 * P-256; the key is readable by the user alone.
 *
 * @param options.name its common name; two authorities of different names can share a folder
 * @param options.clock the time that clients of its certificates live in, hence the machine's own
 * @param options.constrainedTo DNS names, such as `localhost`: it can't vouch for anything but these, what is below
 *   them, and loopback addresses (critical name constraints, RFC 5280 4.2.1.10)
 * @throws TerraceError CERTIFICATE_AUTHORITY_CORRUPT when its files can't be used
 */
export async function openAuthority(options: {
  readonly folder: string
  readonly name: string
  readonly clock: Clock
  readonly constrainedTo?: readonly string[]
}): Promise<Authority> {
  const { clock, name } = options
  const slug = name.toLowerCase().replace(/[^a-z0-9]+/g, '-')
  const files: AuthorityFiles = {
    certificate: join(options.folder, `${slug}.pem`),
    key: join(options.folder, `${slug}.key`),
  }
  const known = await readAuthority(files)
  const { certificate, key } =
    known && expiryOf(known.certificate) - clock.now() > RENEW_AUTHORITY_BEFORE
      ? known
      : await makeAndKeep(files, { name, now: clock.now(), constrainedTo: options.constrainedTo })

  const leaves = new Map<string, { readonly made: Instant; readonly issued: Promise<Issued> }>()
  const issueNew = async (names: readonly string[]): Promise<Issued> => {
    const { makeLeaf } = await import('./make.ts')
    return makeLeaf({ names, now: clock.now(), validity: LEAF_VALIDITY, authority: { certificate, key } })
  }

  return {
    certificate,
    file: files.certificate,
    async issue(requested) {
      const names = authorityNames(requested)
      const id = names.join(' ')
      const known = leaves.get(id)
      const made = clock.now()
      if (known && made - known.made < LEAF_VALIDITY - RENEW_LEAF_BEFORE) return known.issued
      const issued = issueNew(names)
      leaves.set(id, { made, issued })
      issued.catch(() => leaves.delete(id))
      return issued
    },
  }
}

async function makeAndKeep(
  files: AuthorityFiles,
  request: { readonly name: string; readonly now: Instant; readonly constrainedTo: readonly string[] | undefined },
): Promise<Issued> {
  // The X.509 library takes longer to load than everything else here; a second start doesn't need it.
  const { makeAuthority } = await import('./make.ts')
  const made = await makeAuthority({ ...request, validity: AUTHORITY_VALIDITY })
  await writeAuthority(files, made)
  return made
}

const expiryOf = (pem: string): Instant => new X509Certificate(pem).validToDate.getTime()
