import { type IncomingMessage, type ServerResponse } from 'node:http'
/**
 * Passes requests on to an API that runs somewhere else, as NGINX does.
 *
 * @returns a listener; its third argument lets the answer get lost
 */
export declare const passedOnTo: (
  apiUrl: string,
) => (request: IncomingMessage, response: ServerResponse, isAnswerLost?: boolean) => void
