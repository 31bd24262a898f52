import * as z from 'zod'
import { wholeNumberVariable } from './config.ts'

/**
 * The variables that every API server has.
 *
 * @param port  to listen on when `PORT` is not set
 */
export const serverVariables = (port = 8000) => ({
  /** Address to listen on. Images set `0.0.0.0`. */
  HOST: z.string().default('127.0.0.1'),
  /** 0 lets the system choose. */
  PORT: wholeNumberVariable(0, 65_535, port),
  /** Origins whose pages may call, comma-separated; none by default. */
  ALLOWED_ORIGINS: z.string().default('').transform(parseOrigins),
  LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error'], 'expected debug, info, warn or error').default('info'),
})

function parseOrigins(text: string, context: z.RefinementCtx): readonly string[] {
  return text
    .split(',')
    .map(origin => origin.trim())
    .filter(origin => origin !== '')
    .map(text => {
      const origin = URL.parse(text)?.origin
      if (!origin || origin === 'null' || !sameOrigin(text, origin))
        context.addIssue({ code: 'custom', message: `expected origins such as https://example.com, found ${text}` })
      return origin ?? text
    })
}

// A trailing slash or a default port is forgiven: browsers send neither.
const sameOrigin = (text: string, origin: string): boolean =>
  text
    .toLowerCase()
    .replace(/\/$/, '')
    .replace(/^(https:.*):443$|^(http:.*):80$/, '$1$2') === origin
