import { SignatureV4 } from '@smithy/signature-v4'
import { hours } from '@terrace/kit'
import { clientOptions, Sha256, type TestCloud } from '../../gateway/testing.ts'
import type { Principal } from '../../identity/principal.ts'

/** What came back: the output of the operation, or `__type` and `message` of its error. */
export interface Answer {
  readonly status: number
  readonly body: Readonly<Record<string, unknown>>
}

/**
 * Calls an operation as the AWS SDK does: JSON 1.1 over HTTP, signed. For services that have no client in the SDK.
 *
 * @param caller  signs with a key that the cloud issued to it; absent: with any key, as the account's administrator
 */
export async function callHello(
  { gateway, world }: TestCloud,
  operation: string,
  input: object = {},
  caller?: Principal,
): Promise<Answer> {
  const { endpoint, region, credentials } = clientOptions(gateway.url)
  const url = new URL(endpoint)
  const signer = new SignatureV4({
    service: 'hello',
    region,
    credentials: caller === undefined ? credentials : keyOf(world.credentials.issue(caller, hours(1))),
    sha256: Sha256,
  })
  const body = JSON.stringify(input)
  const { headers } = await signer.sign(
    {
      method: 'POST',
      protocol: url.protocol,
      hostname: url.hostname,
      path: '/',
      headers: {
        host: url.host,
        'content-type': 'application/x-amz-json-1.1',
        'x-amz-target': `Hello_20261122.${operation}`,
      },
      body,
    },
    { signingDate: new Date(world.realtime.now()) },
  )
  const answer = await fetch(url, { method: 'POST', headers, body })
  return { status: answer.status, body: JSON.parse(await answer.text()) }
}

type Key = Readonly<Record<'accessKeyId' | 'secretAccessKey' | 'sessionToken', string>>

/** Without its expiration, which the signer would check itself. */
const keyOf = ({ accessKeyId, secretAccessKey, sessionToken }: Key): Key => ({
  accessKeyId,
  secretAccessKey,
  sessionToken,
})
