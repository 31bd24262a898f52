import { createTimer, decode, RequestError } from '@terrace/ui'
import type { Given, PlayApi, Ticket } from '../api/play-api.ts'
import type { Attempt, Plain } from '../api/types.ts'
import { readStored, writeStored } from './stored.ts'

/** An answer as this browser knows it. */
export interface Kept {
  readonly optionIds: readonly string[]
  readonly text: string | null
  /** The server has it. */
  readonly isSent: boolean
}

/** What the outbox knows. */
export interface OutboxState {
  /** By question. */
  readonly answers: Readonly<Record<string, Kept>>
  /** Sending did not work and is tried again. */
  readonly isStuck: boolean
  /** The server takes no more answers: its refusal. */
  readonly refusal: RequestError | undefined
}

/** Keeps answers until the server has them. */
export interface Outbox {
  readonly state: () => OutboxState
  readonly subscribe: (listener: () => void) => () => void
  /** Keeps an answer and sends it. @param afterMs  waits as long for a newer one, while somebody types */
  readonly answer: (questionId: string, given: Given, afterMs?: number) => void
  /** Sends what waits now; resolves when the server has all of it, or takes no more. Throws `RequestError`. */
  readonly settle: () => Promise<void>
  /** Forgets everything about the attempt, once it is finished. */
  readonly forget: () => void
}

const FIRST_WAIT_MS = 1_000
const LONGEST_WAIT_MS = 10_000

const keptOf = decode.object<Plain<Kept>>({
  optionIds: decode.list(decode.text),
  text: decode.nullable(decode.text),
  isSent: decode.boolean,
})

/**
 * The outbox of an attempt. An answer is kept in this browser before it is sent, one at a time and always the newest of
 * a question, and kept until the server has it: through silence, errors and reloads.
 *
 * @param known  the attempt as the server has it
 */
export function openOutbox(play: Pick<PlayApi, 'answer'>, ticket: Ticket, known: Attempt): Outbox {
  const storageKey = `quiz.answers.${ticket.id}`
  const listeners = new Set<() => void>()
  let state: OutboxState = {
    answers: { ...Object.fromEntries(known.answers.map(sentAnswer)), ...readUnsent(storageKey) },
    isStuck: false,
    refusal: undefined,
  }
  const timer = createTimer()
  let sending: Promise<void> | undefined
  let waitMs = FIRST_WAIT_MS

  const change = (next: Partial<OutboxState>) => {
    state = { ...state, ...next }
    for (const listener of listeners) listener()
  }
  const unsent = () => Object.entries(state.answers).filter(([, { isSent }]) => !isSent)
  const store = () => {
    const waiting = unsent()
    writeStored(storageKey, waiting.length > 0 ? Object.fromEntries(waiting) : undefined)
  }
  const sendAfter = (ms: number) => timer.start(() => void send().catch(() => {}), ms)

  /** Sends until nothing waits. There is never a second one under way, so that answers arrive in their order. */
  const send = (): Promise<void> => {
    timer.stop()
    sending ??= sendAll().finally(() => {
      sending = undefined
    })
    return sending
  }

  const sendAll = async () => {
    for (let next = unsent()[0]; next && !state.refusal; next = unsent()[0]) {
      const [questionId, kept] = next
      try {
        await play.answer(ticket, questionId, givenOf(kept))
      } catch (error) {
        if (error instanceof RequestError && error.failure === 'refused' && error.status !== 429)
          return change({ refusal: error, isStuck: false })
        change({ isStuck: true })
        sendAfter(waitMs)
        waitMs = Math.min(waitMs * 2, LONGEST_WAIT_MS)
        throw error
      }
      waitMs = FIRST_WAIT_MS
      // A newer answer to the same question may have come meanwhile.
      if (state.answers[questionId] === kept)
        change({ answers: { ...state.answers, [questionId]: { ...kept, isSent: true } } })
      store()
    }
    change({ isStuck: false })
  }

  const sendNow = () => void send().catch(() => {})
  if (unsent().length > 0) sendAfter(0)

  return {
    state: () => state,
    subscribe: listener => {
      if (listeners.size === 0) {
        window.addEventListener('pagehide', sendNow)
        window.addEventListener('online', sendNow)
      }
      listeners.add(listener)
      return () => {
        listeners.delete(listener)
        if (listeners.size > 0) return
        window.removeEventListener('pagehide', sendNow)
        window.removeEventListener('online', sendNow)
      }
    },
    answer: (questionId, given, afterMs = 0) => {
      const kept = { optionIds: [], text: null, ...given, isSent: false }
      change({ answers: { ...state.answers, [questionId]: kept } })
      store()
      if (!state.isStuck) sendAfter(afterMs)
    },
    settle: send,
    forget: () => {
      timer.stop()
      writeStored(storageKey, undefined)
    },
  }
}

/** Whether there is something in an answer; an empty one took an earlier one back. */
export const isAnswered = (kept: Kept | undefined): boolean =>
  kept !== undefined && (kept.optionIds.length > 0 || (kept.text ?? '').trim() !== '')

const sentAnswer = ({ questionId, optionIds, text }: Attempt['answers'][number]) =>
  [questionId, { optionIds, text, isSent: true }] as const

const givenOf = ({ optionIds, text }: Kept): Given => (text === null ? { optionIds } : { text })

function readUnsent(storageKey: string): Readonly<Record<string, Kept>> {
  const stored = readStored(storageKey)
  if (typeof stored !== 'object' || stored === null) return {}
  try {
    return Object.fromEntries(Object.entries(stored).map(([questionId, kept]) => [questionId, keptOf(kept)]))
  } catch {
    return {}
  }
}
