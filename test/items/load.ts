import { systemClock } from '@terrace/kit'
import { type Answer, call } from '../http.ts'

/** Requests that arrive at a steady rate, whatever the answers do. */
export interface Load {
  readonly answers: readonly Answer[]
  /** No new ones. @returns those that were not answered with 200, when all have ended */
  stop(): Promise<readonly Answer[]>
}

/** @param perSecond  requests, one URL after the other */
export function load(perSecond: number, urls: readonly string[]): Load {
  const answers: Answer[] = []
  const open = new Set<Promise<void>>()
  let sent = 0
  const stop = systemClock.every(1000 / perSecond, () => {
    const one = call(urls[sent++ % urls.length] ?? '').then(answer => {
      answers.push(answer)
      open.delete(one)
    })
    open.add(one)
  })
  return {
    answers,
    async stop() {
      stop()
      await Promise.all(open)
      return answers.filter(({ status }) => status !== 200)
    },
  }
}
