import { isWorthRetrying } from '@terrace/ui'
import { useCallback, useRef, useSyncExternalStore } from 'react'

/** What is known about something that the API was asked for. */
export interface Known<T> {
  readonly data: T | undefined
  /** Why the last attempt failed; undefined once one has succeeded. */
  readonly error: unknown
  readonly isFetching: boolean
}

/** A question to the API; whoever asks under the same name shares the answer. */
export interface Question<T> {
  readonly name: string
  readonly ask: (signal: AbortSignal) => Promise<T>
}

/**
 * Remembers answers of the API: shown at once when one comes back, asked for again when they are old, shared by all who
 * want the same. As much of a library for this as the page needs; the rest would be a tenth of the script that may come
 * before the first list.
 */
export interface Questions {
  readonly known: <T>(question: Question<T>) => Known<T>
  /** Asks, unless the answer is fresh; what nobody listens for any more is given up. */
  readonly listen: <T>(question: Question<T>, listener: () => void) => () => void
  readonly askAgain: <T>(question: Question<T>) => void
  /** An answer that came by another way. */
  readonly put: <T>(name: string, data: T) => void
  readonly forget: (name: string) => void
  /** Answers whose name begins so are old now; those in sight are asked for again. */
  readonly outdate: (beginning: string) => void
  /** Resolves when something was answered or has failed for good. */
  readonly settled: Promise<void>
}

export interface QuestionsOptions {
  /** So long an answer is fresh, milliseconds. */
  readonly freshMs?: number
  /** Pauses before further attempts, milliseconds; none when the API has said no. */
  readonly pausesMs?: readonly number[]
  readonly now?: () => number
}

interface Entry {
  known: Known<unknown>
  /** When the answer came; 0 when it is old by all means. */
  at: number
  question: Question<unknown> | undefined
  running: AbortController | undefined
  readonly listeners: Set<() => void>
}

/** More answers than this are not remembered. */
const MOST_REMEMBERED = 100
const NOTHING: Known<never> = { data: undefined, error: undefined, isFetching: false }

/** Remembers for one page. */
export function createQuestions(options: QuestionsOptions = {}): Questions {
  const { freshMs = 5_000, pausesMs = [300, 900], now = Date.now } = options
  const entries = new Map<string, Entry>()
  const { promise: settled, resolve: settle } = Promise.withResolvers<void>()

  function entryOf(name: string): Entry {
    const there = entries.get(name)
    if (there) return there
    const entry: Entry = { known: NOTHING, at: 0, question: undefined, running: undefined, listeners: new Set() }
    entries.set(name, entry)
    for (const [old, { listeners }] of entries) {
      if (entries.size <= MOST_REMEMBERED) break
      if (listeners.size === 0 && old !== name) entries.delete(old)
    }
    return entry
  }

  function tell(entry: Entry, change: Partial<Known<unknown>>): void {
    entry.known = { ...entry.known, ...change }
    for (const listener of entry.listeners) listener()
  }

  function giveUp(entry: Entry): void {
    entry.running?.abort()
    entry.running = undefined
  }

  async function run(entry: Entry): Promise<void> {
    const { question } = entry
    if (!question) return
    giveUp(entry)
    const running = new AbortController()
    entry.running = running
    tell(entry, { isFetching: true })
    const outcome = await attempt(question, running.signal)
    if (entry.running !== running) return
    entry.running = undefined
    if ('data' in outcome) entry.at = now()
    tell(entry, { error: undefined, ...outcome, isFetching: false })
    settle()
  }

  async function attempt({ ask }: Question<unknown>, signal: AbortSignal) {
    for (let failures = 0; ; failures += 1) {
      try {
        return { data: await ask(signal) }
      } catch (error) {
        const pause = pausesMs[failures]
        if (signal.aborted || pause === undefined || !isWorthRetrying(error)) return { error }
        await new Promise(resolve => setTimeout(resolve, pause))
      }
    }
  }

  return {
    known: <T>({ name }: Question<T>) => (entries.get(name)?.known ?? NOTHING) as Known<T>,
    listen(question, listener) {
      const entry = entryOf(question.name)
      entry.question = question
      entry.listeners.add(listener)
      if (!entry.running && now() - entry.at >= freshMs) void run(entry)
      return () => {
        entry.listeners.delete(listener)
        if (entry.listeners.size > 0 || !entry.running) return
        giveUp(entry)
        entry.known = { ...entry.known, isFetching: false }
      }
    },
    askAgain: ({ name }) => void run(entryOf(name)),
    put(name, data) {
      const entry = entryOf(name)
      giveUp(entry)
      entry.at = now()
      tell(entry, { data, error: undefined, isFetching: false })
    },
    forget(name) {
      const entry = entries.get(name)
      if (entry && entry.listeners.size === 0) entries.delete(name)
    },
    outdate(beginning) {
      for (const [name, entry] of entries) {
        if (!name.startsWith(beginning)) continue
        entry.at = 0
        if (entry.listeners.size > 0) void run(entry)
      }
    },
    settled,
  }
}

/** The answer to a question, followed, in the shape that `Load` shows. */
export interface Asked<T> extends Known<T> {
  /** The answer is one to another question, kept in sight until the one to this comes. */
  readonly isPrevious: boolean
  readonly refetch: () => void
}

/**
 * Asks, and follows the answer.
 *
 * @param keepsPrevious  what was answered to the question before stays in sight meanwhile
 */
export function useAsked<T>(questions: Questions, question: Question<T>, keepsPrevious = false): Asked<T> {
  const { name } = question
  const latest = useRef(question)
  latest.current = question
  // biome-ignore lint/correctness/useExhaustiveDependencies: another name is another question
  const listen = useCallback((listener: () => void) => questions.listen(latest.current, listener), [questions, name])
  const known = useSyncExternalStore(listen, () => questions.known(latest.current))
  const previous = useRef<T>(undefined)
  if (known.data !== undefined) previous.current = known.data
  const isPrevious = keepsPrevious && known.data === undefined && known.error == null && previous.current !== undefined
  return {
    ...known,
    ...(isPrevious && { data: previous.current }),
    isPrevious,
    refetch: () => questions.askAgain(latest.current),
  }
}
