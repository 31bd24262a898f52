import { sessionSecretVariable, wholeNumberVariable } from '@terrace/service'
import * as z from 'zod'

const url = (example: string) =>
  z
    .string(`expected a URL such as ${example}`)
    .refine(text => URL.canParse(text), `expected a URL such as ${example}`)
    .transform(text => text.replace(/\/$/, ''))

/** The environment of the site. */
export const siteVariables = {
  SESSION_SECRET: sessionSecretVariable,
  BUCKET: z.string('expected the name of a bucket').min(3, 'expected the name of a bucket'),
  /** Where `/media/…` is shown; the page's own origin by default. */
  MEDIA_URL: url('https://cdn.example.com').optional(),
  /** The removal tier's balancer. */
  CUTOUT_URL: url('http://cutout.internal:8000'),
  /** The parameter that says whether the tier may be called; always, when it is not set. */
  CUTOUT_GATE_PARAMETER: z.string().optional(),
  /** The site's address as browsers see it. */
  PUBLIC_URL: url('https://quiz.example.com'),
  /** How many proxies stand before the process and add to `X-Forwarded-For`: CloudFront, NGINX. */
  TRUSTED_PROXIES: wholeNumberVariable(0, 10, 2),
  /** Accounts that one client may make in an hour; many people may share one address. */
  SIGN_UPS_PER_HOUR: wholeNumberVariable(1, 1_000_000, 1000),
}

export type SiteVariables = typeof siteVariables
