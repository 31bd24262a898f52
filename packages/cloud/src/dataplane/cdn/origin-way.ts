/** One address that an origin's name stands for, with the way to its ports as the network is now. */
export interface OriginAddress {
  readonly address: string
  /** A port that isn't there, and null: what is sent there is dropped. */
  readonly sockets: Readonly<Record<number, string | null>>
  /** Whoever connects says first where it comes from, in one line of the PROXY protocol. */
  readonly announce: boolean
}

/** The ways to the custom origins of a distribution, as the network is now. */
export interface OriginWays {
  /** By the origin's id; one that isn't there has a name that doesn't resolve. */
  readonly addresses: Readonly<Record<string, readonly OriginAddress[]>>
  /** Certificates as PEM: who signs for origins. */
  readonly authorities: readonly string[]
  /** Where CloudFront's own connections come from. */
  readonly source: string
}

/** Nothing resolves. */
export const NO_WAYS: OriginWays = { addresses: {}, authorities: [], source: '0.0.0.0' }
