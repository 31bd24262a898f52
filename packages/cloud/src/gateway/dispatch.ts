import { Buffer } from 'node:buffer'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import { HEX, messageOf } from '@terrace/kit'
import type { Authorizer } from '../identity/authorizer.ts'
import type { World } from '../world.ts'
import type { AwsApi, Call, Exchange, OperationsApi, StreamingApi } from './api.ts'
import type { Channel } from './channel.ts'
import { AwsError, CommonError, NotEmulated } from './errors.ts'
import type { Codec, WireAnswer } from './protocols/codec.ts'
import { codecOf } from './protocols/index.ts'
import { jsonFailure } from './protocols/json.ts'
import { queryFailure } from './protocols/query.ts'
import { restJsonFailure, restXmlFailure } from './protocols/rest.ts'
import { s3Failure } from './protocols/s3-failure.ts'
import { bytesOf, continueBody, type GatewayRequest, readRequest } from './request.ts'
import { routeRequest } from './routing.ts'
import { type Claim, readSignature } from './signature.ts'

/** Longest body of a call that isn't S3's. Larger than any AWS has, smaller than what would hurt. */
const LONGEST_BODY = 16 * 1024 * 1024

interface Parts {
  readonly world: World
  readonly apis: readonly AwsApi[]
  readonly authorizer: Authorizer
}

type Dispatch = (message: IncomingMessage, response: ServerResponse, channel: Channel, secure: boolean) => Promise<void>

/** Takes requests through their stations: admission, signature, caller, service, operation, permission, answer. */
export function dispatcher({ world, apis, authorizer }: Parts): Dispatch {
  return async (message, response, channel, secure) => {
    const requestId = newRequestId(world)
    let failure: (error: AwsError, requestId: string) => WireAnswer = s3Failure
    try {
      const request = readRequest(message)
      failure = guessFailure(request)
      channel.admit(request)
      const claim = readSignature(request, world.clock.now())
      failure = guessFailure(request, claim)
      const call: Call = { ...channel.callerOf(claim, secure), requestId }
      const route = routeRequest(apis, request, claim)
      if (route.kind === 'unknown') throw new NotEmulated(`the service ${route.service}`)
      const streaming = route.apis.find((api): api is StreamingApi => api.protocol.kind === 'streaming')
      if (streaming) return await streaming.handle({ ...call, request, response, claim, authorizer } satisfies Exchange)
      const body = await readBody(request, response)
      const codec = chooseCodec(route.apis, request, body)
      failure = codec.failure
      send(response, await answerCall(codec, request, body, call, claim, authorizer))
    } catch (thrown) {
      // Who has hung up, in the middle of an upload for instance, isn't waiting for an answer.
      if (response.destroyed) return
      fail(response, failure(awsErrorOf(thrown, world, requestId), requestId), message)
    } finally {
      // What nobody has read of the body is let through, so that the connection can go on.
      message.resume()
    }
  }
}

async function answerCall(
  codec: Codec,
  request: GatewayRequest,
  body: Buffer,
  call: Call,
  claim: Claim,
  authorizer: Authorizer,
): Promise<WireAnswer> {
  const { name, operation, input } = codec.read(request, body)
  if (!operation) throw new NotEmulated(`the operation ${name || '(none)'}`)
  if (claim.kind === 'unsigned' && call.principal.kind === 'anonymous') {
    throw new CommonError('missingToken', 'Request is missing Authentication Token')
  }
  const prepared = operation.prepare(input, call)
  for (const access of prepared.access) authorizer.require(call, access)
  return codec.success(name, await prepared.run(), call.requestId)
}

function chooseCodec(apis: readonly AwsApi[], request: GatewayRequest, body: Buffer): Codec {
  const codecs = apis.filter((api): api is OperationsApi => api.protocol.kind !== 'streaming').map(codecOf)
  const codec = codecs.find(each => each.accepts(request, body)) ?? codecs[0]
  if (!codec) throw new NotEmulated('this service')
  return codec
}

const gunzipAsync = promisify(gunzip)

async function readBody({ message }: GatewayRequest, response: ServerResponse): Promise<Buffer> {
  continueBody(message, response)
  const chunks: Buffer[] = []
  let size = 0
  for await (const bytes of bytesOf(message)) {
    size += bytes.length
    if (size > LONGEST_BODY)
      throw new AwsError('RequestEntityTooLarge', 413, `The request body exceeds ${LONGEST_BODY} bytes.`)
    chunks.push(bytes)
  }
  const body = Buffer.concat(chunks)
  if (message.headers['content-encoding'] !== 'gzip') return body
  try {
    return await gunzipAsync(body, { maxOutputLength: LONGEST_BODY })
  } catch (cause) {
    throw new CommonError('malformedBody', 'The request body is not valid gzip.', { cause })
  }
}

/** The form of an error when no service is known yet: as the client that sent this would read it. */
function guessFailure(request: GatewayRequest, claim?: Claim): (error: AwsError, requestId: string) => WireAnswer {
  const type = request.header('content-type') ?? ''
  if (request.header('x-amz-target') !== undefined || type.startsWith('application/x-amz-json')) return jsonFailure
  if (type.startsWith('application/x-www-form-urlencoded') || request.query.has('Action')) return queryFailure
  const service = claim?.kind === 'signed' ? claim.service : 's3'
  if (service === 's3') return s3Failure
  return service === 'route53' || service === 'cloudfront' ? restXmlFailure : restJsonFailure
}

function awsErrorOf(thrown: unknown, world: World, requestId: string): AwsError {
  if (thrown instanceof AwsError) return thrown
  if (thrown instanceof URIError) return new AwsError('InvalidURI', 400, "Couldn't parse the specified URI.")
  const stack = thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown)
  world.logs.write('control', 'gateway', `${requestId} ${stack}`)
  world.journal.write({
    kind: 'gateway.failed',
    message: `a call failed inside the local cloud: ${messageOf(thrown)}`,
    details: { requestId },
  })
  return new CommonError('internal', 'The request processing has failed because of an unknown error.', {
    cause: thrown,
  })
}

function send(response: ServerResponse, { status, headers, body }: WireAnswer): void {
  response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(body) })
  response.end(response.req.method === 'HEAD' ? undefined : body)
}

function fail(response: ServerResponse, answer: WireAnswer, message: IncomingMessage): void {
  // With the head gone there is no way left to say it but to cut the connection.
  if (response.headersSent) return void response.destroy()
  // What was promised after 100-continue may or may not come; anything else is on its way and is let through.
  const unsent = message.headers.expect !== undefined && !message.readableEnded
  send(response, unsent ? { ...answer, headers: { ...answer.headers, connection: 'close' } } : answer)
}

/** In the form of a UUID; S3 takes 16 digits of it. */
function newRequestId({ random }: World): string {
  const digits = random.text(32, HEX)
  return [8, 12, 16, 20, 32].map((end, i, ends) => digits.slice(ends[i - 1] ?? 0, end)).join('-')
}
