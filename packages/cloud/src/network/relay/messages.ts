/** To the thread of the relays. Ids are the sender's. */
export type ToRelays =
  /** The interface whose rules hold for what follows: its control socket, and the folder of its listeners. */
  | { readonly type: 'interface'; readonly id: string; readonly link: string; readonly folder: string }
  | { readonly type: 'forget'; readonly id: string }
  | {
      readonly type: 'relay'
      readonly id: number
      readonly from: string
      readonly socket: string
      readonly host: string
      readonly port: number
    }
  | {
      readonly type: 'proxy'
      readonly id: number
      readonly from: string
      readonly user: string
      readonly password: string
    }
  | { readonly type: 'close'; readonly id: number }

/** From the thread of the relays. */
export type FromRelays =
  /** It listens; `port` is a proxy's. */
  | { readonly type: 'opened'; readonly id: number; readonly port?: number }
  | { readonly type: 'failed'; readonly id: number; readonly message: string }
