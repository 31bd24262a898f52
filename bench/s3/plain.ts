import { createReadStream, createWriteStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { Agent, type ClientRequest, type IncomingMessage, request } from 'node:http'
import { pipeline } from 'node:stream/promises'

const agent = new Agent({ keepAlive: true, maxSockets: 64 })

/** As an administrator's client sends it: the gateway's own port takes any signature. */
const SIGNED = {
  authorization:
    'AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20261122/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=00',
  'x-amz-date': '20261122T000000Z',
  'x-amz-content-sha256': 'UNSIGNED-PAYLOAD',
}

/** Puts a file as an object, without the work that an SDK does in the client's process. */
export async function sendFile(url: string, file: string): Promise<void> {
  const { size } = await stat(file)
  const outgoing = request(url, { agent, method: 'PUT', headers: { ...SIGNED, 'content-length': size } })
  const [answer] = await Promise.all([answerTo(outgoing), pipeline(createReadStream(file), outgoing)])
  answer.resume()
  if (answer.statusCode !== 200) throw new Error(`PUT ${url} was answered with ${answer.statusCode}`)
}

/** Gets an object into a file. */
export async function fetchBytes(url: string, file: string): Promise<void> {
  const outgoing = request(url, { agent, headers: SIGNED })
  outgoing.end()
  const answer = await answerTo(outgoing)
  if (answer.statusCode !== 200) throw new Error(`GET ${url} was answered with ${answer.statusCode}`)
  await pipeline(answer, createWriteStream(file))
}

const answerTo = (outgoing: ClientRequest) =>
  new Promise<IncomingMessage>((resolve, reject) => outgoing.once('response', resolve).once('error', reject))
