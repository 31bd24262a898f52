import type { Answer, Client } from './client.ts'

const right = (text: string) => ({ text, correct: true })
const wrong = (text: string) => ({ text, correct: false })

/** One question of each kind that needs no picture. */
export const QUESTIONS = [
  { kind: 'one', text: 'Which is a prime?', explanation: 'Seven has two divisors.', options: [right('7'), wrong('8')] },
  {
    kind: 'several',
    text: 'Which are even?',
    points: 3,
    options: [right('2'), wrong('3'), right('4'), wrong('5')],
  },
  { kind: 'text', text: 'The capital of Peru?', answers: ['Lima', 'La ciudad de los Reyes'] },
  {
    kind: 'order',
    text: 'From small to large',
    points: 4,
    options: [{ text: '1' }, { text: '10' }, { text: '100' }, { text: '1000' }],
  },
] as const

/** Makes a quiz with these questions. @returns its id */
export async function makeQuiz(author: Client, questions: readonly unknown[] = QUESTIONS): Promise<string> {
  const { body: quiz } = await author.post('/api/quizzes', { title: 'Numbers', description: '' })
  for (const question of questions) {
    const added = await author.post(`/api/quizzes/${quiz.id}/questions`, question)
    if (added.status !== 201) throw new Error(`the question was refused: ${JSON.stringify(added.body)}`)
  }
  return quiz.id
}

/** Makes and publishes one. */
export async function publishQuiz(
  author: Client,
  questions: readonly unknown[] = QUESTIONS,
): Promise<{ readonly id: string; readonly code: string }> {
  const id = await makeQuiz(author, questions)
  const { status, body } = await author.post(`/api/quizzes/${id}/publish`)
  if (status !== 200) throw new Error(`the quiz was not published: ${JSON.stringify(body)}`)
  return { id, code: body.code }
}

/** A player who has started. */
export class Player {
  readonly #client: Client
  readonly id: string
  readonly token: string
  /** The quiz as the player sees it. */
  readonly questions: readonly {
    readonly id: string
    readonly kind: string
    readonly options: readonly { readonly id: string; readonly text: string }[]
  }[]

  constructor(client: Client, started: Answer['body']) {
    this.#client = client
    this.id = started.attempt.id
    this.token = started.token
    this.questions = started.attempt.quiz.questions
  }

  #headers = () => ({ 'x-attempt-token': this.token })

  /** Answers the nth question: with options by their texts, or with a text. */
  answer(index: number, given: readonly string[] | string): Promise<Answer> {
    const question = this.questions[index]
    if (!question) throw new Error(`there is no question ${index}`)
    const optionIds = Array.isArray(given)
      ? given.map(text => question.options.find(option => option.text === text)?.id ?? text)
      : undefined
    return this.put(question.id, optionIds ? { optionIds } : { text: given })
  }

  put = (questionId: string, body: unknown) =>
    this.#client.put(`/api/attempts/${this.id}/answers/${questionId}`, body, this.#headers())

  look = () => this.#client.get(`/api/attempts/${this.id}`, this.#headers())
  finish = () => this.#client.post(`/api/attempts/${this.id}/finish`, undefined, this.#headers())
}

/** Starts an attempt. */
export async function startPlaying(client: Client, code: string, nickname = 'Ada'): Promise<Player> {
  const { status, body } = await client.post(`/api/play/${code}/attempts`, { nickname })
  if (status !== 201) throw new Error(`no attempt: ${JSON.stringify(body)}`)
  return new Player(client, body)
}
