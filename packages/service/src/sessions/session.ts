import Csrf from '@fastify/csrf'
import { type Instant, LOWER_ALPHANUMERIC, type Random } from '@terrace/kit'

/** 165 bits: nobody guesses it. */
const ID_LENGTH = 32

/** Characters of a message that is shown once; a cookie holds 4,096 bytes altogether. */
const MAX_FLASH = 400

const tokens = new Csrf.Tokens({ userInfo: false })

/** What a session's cookie says. Readable by its owner, changed by nobody: it is signed. */
export interface SessionState {
  readonly id: string
  readonly startedAt: Instant
  readonly seenAt: Instant
  /** A message for the next page. */
  readonly flash?: string | undefined
}

/** What makes new states. */
export interface SessionSource {
  readonly random: Random
  readonly now: () => Instant
}

/**
 * The session of one request. Everybody has one, logged in or not; it costs a cookie only once something is made of
 * it: a CSRF token, a message, a log-in.
 */
export class Session {
  readonly #source: SessionSource
  #state: SessionState
  #change: 'none' | 'keep' | 'end' = 'none'
  #known: boolean

  /** @param known  the state that the request's cookie proved, if it did */
  constructor(source: SessionSource, known: SessionState | undefined) {
    this.#source = source
    this.#state = known ?? fresh(source)
    this.#known = known !== undefined
  }

  /** Unguessable and secret. Store a hash of it, never itself. */
  get id(): string {
    return this.#state.id
  }

  /** The request came with a valid cookie, and the session has not been renewed or ended since. */
  get isKnown(): boolean {
    return this.#known
  }

  /** A token for forms and scripts of this session; each call makes another one, all are good while the session is. */
  csrfToken(): string {
    this.keep()
    return tokens.create(this.id)
  }

  /** Is it one of this session's tokens? */
  acceptsCsrfToken(token: string): boolean {
    return this.#known && tokens.verify(this.id, token)
  }

  /** Keeps a message, of at most 400 characters, for the page that comes next. */
  flash(message: string): void {
    this.#state = { ...this.#state, flash: [...message].slice(0, MAX_FLASH).join('') }
    this.keep()
  }

  /** The message that was kept, which is forgotten with this. */
  takeFlash(): string | undefined {
    const { flash, ...rest } = this.#state
    if (flash === undefined) return undefined
    this.#state = rest
    this.keep()
    return flash
  }

  /** Makes sure that the visitor comes back with this session. */
  keep(): void {
    this.#change = 'keep'
  }

  /**
   * A new id, and with it new tokens: at each change of who the visitor is, so that nobody goes on with an id that
   * they had planted before (session fixation). A kept message stays.
   */
  renew(): void {
    this.#state = { ...fresh(this.#source), ...(this.#state.flash === undefined ? {} : { flash: this.#state.flash }) }
    this.#known = false
    this.keep()
  }

  /** Removes the cookie. */
  end(): void {
    this.#state = fresh(this.#source)
    this.#known = false
    this.#change = 'end'
  }

  /** What the answer has to do with the cookie. */
  get outcome(): { readonly change: 'none' | 'keep' | 'end'; readonly state: SessionState } {
    return { change: this.#change, state: this.#state }
  }
}

const fresh = ({ random, now }: SessionSource): SessionState => ({
  id: random.text(ID_LENGTH, LOWER_ALPHANUMERIC),
  startedAt: now(),
  seenAt: now(),
})
