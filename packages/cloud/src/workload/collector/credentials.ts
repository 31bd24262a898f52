import { request } from 'node:http'
import type { Clock, Instant } from '@terrace/kit'

/** Keys of a role. */
export interface RoleKeys {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken: string
  readonly expires: Instant
}

/** What says where credentials are, as the SDKs read it. */
export interface CredentialSource {
  /** `AWS_CONTAINER_CREDENTIALS_RELATIVE_URI` of a task; absent on an instance. */
  readonly taskPath: string | undefined
  readonly clock: Clock
}

/** They are renewed this long before they end. */
const MARGIN = 5 * 60_000

/** Longest wait for a metadata service. */
const PATIENCE = 5_000

/** The role of the host: a task's from its agent, an instance's from its metadata (version 2). */
export class HostCredentials {
  readonly #source: CredentialSource
  #keys: RoleKeys | undefined

  constructor(source: CredentialSource) {
    this.#source = source
  }

  /** @throws Error when there is no role, or nobody answers */
  async current(): Promise<RoleKeys> {
    if (this.#keys && this.#keys.expires - this.#source.clock.now() > MARGIN) return this.#keys
    const { taskPath } = this.#source
    this.#keys = keysIn(taskPath === undefined ? await this.#ofInstance() : await this.#get('169.254.170.2', taskPath))
    return this.#keys
  }

  /** Of the instance. @throws Error */
  async region(): Promise<string> {
    const token = await this.#token()
    return this.#get('169.254.169.254', '/latest/meta-data/placement/region', token)
  }

  async #ofInstance(): Promise<string> {
    const token = await this.#token()
    const path = '/latest/meta-data/iam/security-credentials/'
    const role = await this.#get('169.254.169.254', path, token)
    return this.#get('169.254.169.254', path + role.trim(), token)
  }

  async #token(): Promise<Record<string, string>> {
    const asked = { 'x-aws-ec2-metadata-token-ttl-seconds': '21600' }
    return { 'x-aws-ec2-metadata-token': await this.#get('169.254.169.254', '/latest/api/token', asked, 'PUT') }
  }

  #get(host: string, path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<string> {
    return new Promise((resolve, reject) => {
      const asked = request({ host, port: 80, path, method, headers, agent: false }, answer => {
        answer.setEncoding('utf8')
        let text = ''
        answer.on('data', (chunk: string) => {
          text += chunk
        })
        answer.once('error', reject)
        answer.once('end', () => {
          stop()
          if (answer.statusCode === 200) resolve(text)
          else
            reject(
              new Error(
                `${host}${path} answered ${answer.statusCode}: the host has no role whose credentials it could use`,
              ),
            )
        })
      })
      const stop = this.#source.clock.after(PATIENCE, () => asked.destroy(new Error(`${host} did not answer`)))
      asked.once('error', error => {
        stop()
        reject(error)
      })
      asked.end()
    })
  }
}

function keysIn(text: string): RoleKeys {
  const given: Readonly<Record<string, unknown>> = { ...JSON.parse(text) }
  const { AccessKeyId, SecretAccessKey, Token, Expiration } = given
  if (typeof AccessKeyId !== 'string' || typeof SecretAccessKey !== 'string' || typeof Token !== 'string') {
    throw new Error('the metadata service answered without credentials')
  }
  const expires = Date.parse(String(Expiration))
  return { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: Token, expires }
}
