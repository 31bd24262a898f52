import * as z from 'zod'

/** The variable of services that may serve HTTPS themselves. */
export const tlsVariables = {
  /** `self-signed`: HTTPS with a certificate that is made at start. Unset: HTTP. */
  TLS: z.literal('self-signed', 'expected self-signed, or nothing').optional(),
}
