/**
 * One call of a Query API on the gateway's own port, where any key is the administrator's.
 * @returns the XML of the answer
 */
export async function callAws(
  gateway: string,
  service: string,
  parameters: Readonly<Record<string, string>>,
): Promise<string> {
  const response = await fetch(gateway, {
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
