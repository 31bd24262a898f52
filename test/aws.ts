import type { Running } from './running.ts'

/** One call of a Query API as the account's administrator. @returns the XML of the answer @throws when it is refused */
export async function aws(
  { cloud }: Running,
  service: string,
  parameters: Readonly<Record<string, string>>,
): Promise<string> {
  const response = await fetch(cloud.urls.aws ?? '', {
    method: 'POST',
    body: new URLSearchParams(parameters).toString(),
    headers: {
      'Content-Type': 'application/x-www-form-urlencoded',
      'X-Amz-Date': new Date().toISOString().replace(/[-:]|\.\d+/g, ''),
      Authorization: `AWS4-HMAC-SHA256 Credential=local/20260101/us-east-1/${service}/aws4_request, SignedHeaders=host, Signature=0`,
    },
  })
  const text = await response.text()
  if (!response.ok) throw new Error(`${parameters.Action}: ${response.status} ${text}`)
  return text
}
