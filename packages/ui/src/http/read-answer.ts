import type { Decoder } from './decode.ts'
import { readProblem } from './problem.ts'
import { RequestError } from './request-error.ts'

const GATEWAY_STATUS = new Set([502, 503, 504])

/** Whether only a gateway answered, which says nothing about what became of the request. */
export const isFromGateway = (status: number): boolean => GATEWAY_STATUS.has(status)

/**
 * What an API said, as a value. Throws `RequestError` for what is no success or not what was agreed.
 *
 * @param what  the request, for the error: `GET /api/books`
 */
export function readAnswer<T>(what: string, status: number, text: string, decode: Decoder<T>): T {
  const body = readJson(text)
  if (isFromGateway(status))
    throw new RequestError('away', `${what}: ${status} from a gateway`, { status, problem: readProblem(body) })
  if (status < 200 || status > 299) {
    const failure = status >= 400 && status < 500 ? 'refused' : 'broken'
    throw new RequestError(failure, `${what}: ${status}`, { status, problem: readProblem(body) })
  }
  try {
    return decode(body)
  } catch (thrown) {
    throw new RequestError('broken', `${what}: ${String(thrown)}`, { status, cause: thrown })
  }
}

function readJson(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    // Not JSON: an empty 204, or a page that a proxy made. The decoder or the status will say what that means.
    return undefined
  }
}
