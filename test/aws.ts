import type { Cloud } from '@terrace/cloud'

/** A running system, as far as its address for clients of AWS goes. */
interface Running {
  readonly cloud: Pick<Cloud, 'urls'>
}

/** One call of a Query API as the account's administrator. @returns the XML of the answer @throws when it is refused */
export const aws = (running: Running, service: string, parameters: Readonly<Record<string, string>>): Promise<string> =>
  send(running, service, new URLSearchParams(parameters).toString(), {
    'Content-Type': 'application/x-www-form-urlencoded',
  })

/** The same for a JSON API. @param target  such as `Logs_20140328.FilterLogEvents` */
export async function awsJson<T>(running: Running, service: string, target: string, input: object): Promise<T> {
  const headers = { 'Content-Type': 'application/x-amz-json-1.1', 'X-Amz-Target': target }
  return JSON.parse(await send(running, service, JSON.stringify(input), headers)) as T
}

async function send(
  { cloud }: Running,
  service: string,
  body: string,
  headers: Readonly<Record<string, string>>,
): Promise<string> {
  const response = await fetch(cloud.urls.aws ?? '', {
    method: 'POST',
    body,
    headers: {
      ...headers,
      'X-Amz-Date': new Date().toISOString().replace(/[-:]|\.\d+/g, ''),
      Authorization: `AWS4-HMAC-SHA256 Credential=local/20260101/us-east-1/${service}/aws4_request, SignedHeaders=host, Signature=0`,
    },
  })
  const text = await response.text()
  if (!response.ok) throw new Error(`${service}: ${response.status} ${text}`)
  return text
}
