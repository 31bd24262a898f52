import type { FastifyRequest } from 'fastify'

/**
 * The address of who asks: what the outermost of our own proxies saw. What stands left of it in `X-Forwarded-For` was
 * written by the client, whatever it likes.
 *
 * @param proxies  how many of our own stand between the client and us
 */
export function clientAddress(request: FastifyRequest, proxies: number): string {
  const forwarded = String(request.headers['x-forwarded-for'] ?? '')
    .split(',')
    .map(part => part.trim())
    .filter(part => part !== '')
  const hops = [...forwarded, request.socket.remoteAddress ?? 'local']
  return hops[Math.max(0, hops.length - 1 - proxies)] ?? 'local'
}
