// Loaded into workloads: imports nothing.

/** The errors of a connection that an application knows, with the numbers of Linux. */
const ERRORS = {
  ECONNREFUSED: { errno: -111, syscall: 'connect' },
  ECONNRESET: { errno: -104, syscall: 'read' },
  ENETUNREACH: { errno: -101, syscall: 'connect' },
  ETIMEDOUT: { errno: -110, syscall: 'connect' },
} as const

/** As Node makes it: `connect ECONNREFUSED 10.0.3.4:81`. */
export function connectionFailure(code: keyof typeof ERRORS, address: string, port: number): Error {
  const { errno, syscall } = ERRORS[code]
  if (code === 'ECONNRESET') return Object.assign(new Error('read ECONNRESET'), { errno, code, syscall })
  return Object.assign(new Error(`${syscall} ${code} ${address}:${port}`), { errno, code, syscall, address, port })
}

const NUMBERS = { ENOTFOUND: -3008, EAI_AGAIN: -3001 } as const

/** As `dns.lookup` makes it: `getaddrinfo ENOTFOUND db.example.com`. */
export const lookupFailure = (code: keyof typeof NUMBERS, hostname: string): Error =>
  Object.assign(new Error(`getaddrinfo ${code} ${hostname}`), {
    errno: NUMBERS[code],
    code,
    syscall: 'getaddrinfo',
    hostname,
  })

/** As `dns.resolve` makes it: `queryA ENOTFOUND db.example.com`. */
export const queryFailure = (code: 'ENODATA' | 'ENOTFOUND' | 'ETIMEOUT', syscall: string, hostname: string): Error =>
  Object.assign(new Error(`${syscall} ${code} ${hostname}`), { errno: undefined, code, syscall, hostname })
