import { type IncomingMessage, type ServerResponse, request as sendRequest } from 'node:http'

/**
 * Passes requests on to an API that runs somewhere else, as NGINX does.
 *
 * @returns a listener; its third argument lets the answer get lost
 */
export const passedOnTo =
  (apiUrl: string) =>
  (request: IncomingMessage, response: ServerResponse, isAnswerLost = false): void => {
    const { method = 'GET', url = '/', headers } = request
    const onward = sendRequest(`${apiUrl}${url}`, { method, headers }, answer => {
      if (isAnswerLost) return void answer.resume().on('end', () => response.destroy())
      response.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.pipe(response)
    })
    onward.on('error', () => response.writeHead(502).end())
    request.pipe(onward)
  }
