import type { IncomingMessage } from 'node:http'
import { itemsOf, memberOf, readXml } from '../gateway/xml.ts'
import type { AwsCalls, LaunchCall } from './aws-calls.ts'
import type { LaunchNeed } from './launch-failure.ts'

/** A bucket of S3 as a host reaches it: with its role, over its network position. Everything throws LaunchFailure. */
export class HostBucket {
  readonly #calls: Pick<AwsCalls, 'open' | 'text'>
  readonly #region: string
  readonly #name: string
  readonly #need: LaunchNeed

  /** @param need  what the calls are for, as failures name it */
  constructor(calls: Pick<AwsCalls, 'open' | 'text'>, region: string, name: string, need: LaunchNeed) {
    this.#calls = calls
    this.#region = region
    this.#name = name
    this.#need = need
  }

  /** The keys below a prefix, in the order of their bytes. */
  async list(prefix: string): Promise<readonly string[]> {
    const keys: string[] = []
    let token: string | undefined
    do {
      const text = await this.#calls.text({
        ...this.#call('ListObjectsV2', 'GET'),
        path: `/${this.#name}`,
        query: { 'list-type': '2', prefix, ...(token === undefined ? {} : { 'continuation-token': token }) },
      })
      const result = memberOf(readXml(text), 'ListBucketResult')
      for (const item of itemsOf(memberOf(result, 'Contents'))) keys.push(String(memberOf(item, 'Key')))
      const next = memberOf(result, 'NextContinuationToken')
      token = typeof next === 'string' ? next : undefined
    } while (token !== undefined)
    return keys
  }

  /** An object with its body still to be read. */
  get(key: string): Promise<IncomingMessage> {
    return this.#calls.open({ ...this.#call('GetObject', 'GET'), path: this.#pathOf(key) })
  }

  /** Puts a whole object: it is there when this resolves, and not before. */
  async put(key: string, body: Uint8Array): Promise<void> {
    await this.#calls.text({ ...this.#call('PutObject', 'PUT'), path: this.#pathOf(key), body })
  }

  async remove(key: string): Promise<void> {
    await this.#calls.text({ ...this.#call('DeleteObject', 'DELETE'), path: this.#pathOf(key) })
  }

  #pathOf(key: string): string {
    return `/${this.#name}/${key.split('/').map(encodeURIComponent).join('/')}`
  }

  // Path-style: a certificate for `*.s3` doesn't fit buckets with dots in their names.
  #call(operation: string, method: 'GET' | 'PUT' | 'DELETE'): LaunchCall {
    const host = `s3.${this.#region}.amazonaws.com`
    return { need: this.#need, service: 's3', title: 'S3', operation, host, method }
  }
}
