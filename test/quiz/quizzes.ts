import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import { PROJECT } from '../commands.ts'
import { call } from '../http.ts'
import type { Author, Picture } from './author.ts'

/** A photograph of a backpack. */
export const BACKPACK = readFileSync(join(PROJECT, 'systems/shop/pictures/backpack.jpeg'))

export const TRACE = '0af7651916cd43dd8448eb211c80319c'

/** What a page sends whose trace is recorded. */
export const RECORDED = { traceparent: `00-${TRACE}-b7ad6b7169203331-01` }

export interface Option {
  readonly id: string
  readonly text: string
  readonly pictureUrl: string | null
}

/** What a player gets to see. */
export interface PlayQuiz {
  readonly questions: readonly { readonly id: string; readonly text: string; readonly options: readonly Option[] }[]
}

/** A quiz that was published: its id, and the code that players come in with. */
export interface Published {
  readonly id: string
  readonly code: string
}

/** Makes and publishes a quiz of one question, about a picture when one is given. */
export async function publishQuiz(author: Author, title: string, pictureId?: string): Promise<Published> {
  const { id } = await author.post<{ id: string }>('/api/quizzes', { title, description: '' })
  await author.post(`/api/quizzes/${id}/questions`, {
    kind: 'one',
    text: 'What is this?',
    explanation: 'It has straps.',
    points: 2,
    ...(pictureId && { pictureId }),
    options: [
      { text: 'A backpack', correct: true },
      { text: '=A teapot', correct: false },
    ],
  })
  return author.post<Published>(`/api/quizzes/${id}/publish`, {}, 200)
}

/** Waits until the background of a picture is removed. @returns the picture */
export async function cutOut(author: Author, id: string): Promise<Picture> {
  const picture = () => author.get<Picture>(`/api/pictures/${id}`)
  await expect.poll(async () => (await picture()).state, { timeout: 90_000, interval: 250 }).toBe('ready')
  return picture()
}

/** What somebody without an account sees of a quiz. */
export async function play(site: string, code: string, nickname: string) {
  const send = async <T>(method: string, path: string, body?: object, token = ''): Promise<T> => {
    const headers = { Origin: site, 'X-Attempt-Token': token }
    const answer = await call(`${site}${path}`, { method, headers, ...(body && { body }) })
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${answer.body.slice(0, 300)}`)
    return JSON.parse(answer.body)
  }
  const { attempt, token } = await send<{ attempt: { id: string; quiz: PlayQuiz }; token: string }>(
    'POST',
    `/api/play/${code}/attempts`,
    { nickname },
  )
  const [question] = attempt.quiz.questions
  if (!question) throw new Error('the quiz has no question')
  return {
    quiz: attempt.quiz,
    question,
    answer: (text: string) => {
      const optionIds = question.options.filter(option => option.text === text).map(({ id }) => id)
      return send('PUT', `/api/attempts/${attempt.id}/answers/${question.id}`, { optionIds }, token)
    },
    finish: () =>
      send<{ result: { score: number; maxScore: number } }>('POST', `/api/attempts/${attempt.id}/finish`, {}, token),
  }
}
