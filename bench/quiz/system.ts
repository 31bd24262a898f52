import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import type { JournalEntry, Status, TierStatus } from '@terrace/control'
import { terrace } from '../running.ts'

/** What the process of the quiz is started with. */
export interface Options {
  /** Folder of the cloud assembly. */
  readonly assembly: string
  /** The first of three. */
  readonly port: number
  readonly timeScale: number
  /** In place of the 60 % of CPU that target tracking holds; there are no schedules then. */
  readonly cpuTarget?: number
}

export interface Question {
  readonly number: number
  readonly ask: 'status' | 'journal' | 'environment'
  readonly instance?: string
}

/** One of them, by what was asked. */
export interface Asked {
  readonly status?: Status
  readonly journal?: readonly JournalEntry[]
  readonly environment?: Readonly<Record<string, string>>
}

/** The quiz in a process of its own, so that it can be told apart from what measures it. */
export class QuizProcess {
  readonly site: string
  readonly pid: number
  readonly #child: ChildProcess
  #number = 0

  private constructor(child: ChildProcess, port: number) {
    this.#child = child
    this.pid = child.pid ?? 0
    this.site = `http://quiz.localhost:${port}`
  }

  /** Resolves when everything is healthy. */
  static async start(options: Omit<Options, 'assembly'>): Promise<QuizProcess> {
    await terrace('synth', 'quiz')
    const assembly = join(import.meta.dirname, '../../.terrace/quiz/assembly')
    const child = fork(join(import.meta.dirname, 'process.ts'), [JSON.stringify({ ...options, assembly })])
    const ended = once(child, 'exit').then(([code]) => Promise.reject(new Error(`the quiz ended with ${code}`)))
    ended.catch(() => {})
    await Promise.race([once(child, 'message'), ended])
    return new QuizProcess(child, options.port)
  }

  async status(): Promise<Status> {
    const { status } = await this.#ask({ ask: 'status' })
    if (!status) throw new Error('the quiz has no status')
    return status
  }

  async journal(): Promise<readonly JournalEntry[]> {
    return (await this.#ask({ ask: 'journal' })).journal ?? []
  }

  /** What leads a program to the place of an instance. */
  async environmentOf(instance: string): Promise<Readonly<Record<string, string>>> {
    return (await this.#ask({ ask: 'environment', instance })).environment ?? {}
  }

  async tier(which: 'quiz-main' | 'Removal/Service/Group'): Promise<TierStatus> {
    const tier = (await this.status()).tiers.find(({ name }) => name === which)
    if (!tier) throw new Error(`the quiz has no tier ${which}`)
    return tier
  }

  async stop(): Promise<void> {
    const exited = once(this.#child, 'exit')
    this.#child.disconnect()
    await exited
  }

  #ask(question: Omit<Question, 'number'>): Promise<Asked> {
    const number = this.#number++
    return new Promise(resolve => {
      const listen = (message: { readonly number: number; readonly content: Asked }) => {
        if (message.number !== number) return
        this.#child.off('message', listen)
        resolve(message.content)
      }
      this.#child.on('message', listen)
      this.#child.send({ ...question, number })
    })
  }
}
