import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** An object of the stand-in for S3. */
export interface KeptObject {
  readonly body: Buffer
  readonly type: string
  readonly cacheControl: string | undefined
}

/** What the site asks of AWS, over the protocols that the SDK speaks: REST for S3, JSON 1.1 for SSM. */
export interface StandInAws extends AsyncDisposable {
  /** What makes the SDK of a process use it. */
  readonly environment: Readonly<Record<string, string>>
  /** Objects of the bucket, by key. */
  readonly objects: Map<string, KeptObject>
  /** How often each key was written. */
  readonly writes: string[]
  /** The gate's text; undefined: there is no such parameter. */
  gate: string | undefined
  /** While true, S3 refuses everything. */
  bucketIsAway: boolean
}

export const BUCKET = 'pictures-of-the-quiz'
export const GATE = '/quiz/cutout/gate'

export async function startStandInAws(): Promise<StandInAws> {
  const server = createServer((request, response) => {
    answer(request, response).catch(error => response.destroy(error))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const aws: StandInAws = {
    environment: {
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
      AWS_ENDPOINT_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    },
    objects: new Map(),
    writes: [],
    gate: undefined,
    bucketIsAway: false,
    async [Symbol.asyncDispose]() {
      server.close()
      server.closeAllConnections()
    },
  }
  return aws

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await read(request)
    if (request.headers['x-amz-target'] === 'AmazonSSM.GetParameter') return parameter(response)
    if (aws.bucketIsAway) return refuse(response, 403, 'AccessDenied')
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://127.0.0.1')
    const key = decodeURIComponent(pathname.slice(`/${BUCKET}/`.length))
    if (request.method === 'PUT') {
      aws.writes.push(key)
      aws.objects.set(key, {
        body,
        type: String(request.headers['content-type']),
        cacheControl: request.headers['cache-control'],
      })
      response.writeHead(200, { etag: '"1"' }).end()
    } else if (request.method === 'POST' && searchParams.has('delete')) {
      for (const [, name = ''] of body.toString().matchAll(/<Key>([^<]*)<\/Key>/g)) aws.objects.delete(name)
      response.writeHead(200, { 'content-type': 'application/xml' }).end('<DeleteResult/>')
    } else {
      const found = aws.objects.get(key)
      if (!found) return refuse(response, 404, 'NoSuchKey')
      response.writeHead(200, { 'content-type': found.type, 'content-length': found.body.length }).end(found.body)
    }
  }

  function parameter(response: ServerResponse): void {
    const found = aws.gate !== undefined
    response.writeHead(found ? 200 : 400, { 'content-type': 'application/x-amz-json-1.1' })
    const value = { Parameter: { Name: GATE, Type: 'String', Value: aws.gate, Version: 1 } }
    response.end(JSON.stringify(found ? value : { __type: 'ParameterNotFound', message: 'no such parameter' }))
  }
}

function refuse(response: ServerResponse, status: number, code: string): void {
  response.writeHead(status, { 'content-type': 'application/xml' })
  response.end(`<Error><Code>${code}</Code><Message>refused</Message></Error>`)
}

/** Reads a request's body. */
export async function read(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk)
  return Buffer.concat(chunks)
}
