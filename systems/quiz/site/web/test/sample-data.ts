import type { Question, QuestionKind, QuizResult } from '../src/api/types.ts'
import type { StandInQuiz, StandInState } from './stand-in-state.ts'

/** Who can log in to the stand-in. */
export const ALICE = { username: 'alice', password: 'four quiet green boats' } as const

/** The code of the sample quiz, and of the one that is closed. */
export const CODE = 'K7QM2XHD'
export const CLOSED_CODE = 'CLOSED22'

const option = (id: string, text: string, correct = false, pictureUrl: string | null = null) => ({
  id,
  text,
  correct,
  pictureId: pictureUrl && `${id}-picture`,
  pictureUrl,
})

const question = (id: string, kind: QuestionKind, text: string, more: Partial<Question>): Question => ({
  id,
  kind,
  text,
  explanation: '',
  points: 1,
  pictureId: null,
  pictureUrl: null,
  options: [],
  answers: [],
  order: [],
  problems: [],
  ...more,
})

/** One question of each kind. */
export const sampleQuestions = (): Question[] => [
  question('one', 'one', 'Which river flows through Vienna?', {
    explanation: 'The Danube flows through four capitals.\nVienna is one of them.',
    options: [option('one-a', 'Rhine'), option('one-b', 'Danube', true), option('one-c', 'Elbe')],
  }),
  question('several', 'several', 'Which of these are primes?', {
    points: 2,
    options: [option('sev-a', '2', true), option('sev-b', '9'), option('sev-c', '11', true)],
  }),
  question('text', 'text', 'What is the capital of Portugal?', { answers: ['Lisbon', 'Lisboa'] }),
  question('order', 'order', 'Put these mountains in order, the lowest first.', {
    options: [option('ord-a', 'Zugspitze'), option('ord-b', 'Mont Blanc'), option('ord-c', 'Denali')],
    order: ['ord-a', 'ord-b', 'ord-c'],
  }),
  question('picture', 'picture', 'Where is the square?', {
    options: [option('pic-a', '', true, '/media/square.png'), option('pic-b', '', false, '/media/circle.png')],
  }),
]

const quiz = (id: string, title: string, more: Partial<StandInQuiz>): StandInQuiz => ({
  accountId: 1,
  id,
  title,
  description: '',
  state: 'draft',
  code: null,
  updatedAt: '2026-11-20T12:00:00.000Z',
  version: 1,
  isDeleted: false,
  questions: [],
  results: [],
  ...more,
})

/** A finished attempt. @param index  counts from 1 */
export const sampleResult = (index: number): QuizResult => ({
  attemptId: `attempt${index}`,
  nickname: `Player ${String(index).padStart(5, '0')}`,
  score: (index * 7) % 11,
  maxScore: 10,
  startedAt: '2026-11-20T12:00:00.000Z',
  finishedAt: new Date(Date.UTC(2026, 10, 20, 12, 5) + index * 1000).toISOString(),
  durationMs: 60_000 + index * 1000,
})

/** Alice has a published quiz with one question of each kind, one that is closed, and a draft. */
export const smallSite = (): StandInState => ({
  accounts: [{ id: 1, ...ALICE }],
  quizzes: [
    quiz('quiz1', 'Rivers, primes and mountains', {
      description: 'Five questions of five kinds.\nTake your time.',
      state: 'published',
      code: CODE,
      questions: sampleQuestions(),
    }),
    quiz('quiz2', 'Last year’s quiz', {
      state: 'closed',
      code: CLOSED_CODE,
      questions: sampleQuestions(),
      results: [3, 2, 1].map(sampleResult),
    }),
    quiz('quiz3', 'Rechtsschutzversicherungsgesellschaftsvertreterfragen', {
      questions: [question('draft-one', 'one', '', { problems: ['needs a text', 'needs at least 2 options'] })],
    }),
  ],
  attempts: [],
  pictures: [],
  places: [
    { rank: 1, nickname: 'Ada', score: 6, maxScore: 6, durationMs: 61_000 },
    { rank: 2, nickname: 'Grace', score: 4.5, maxScore: 6, durationMs: 125_000 },
  ],
  uploadedAs: { state: 'queued', busy: false, reason: null },
  ids: 100,
})

/** Nobody made or took anything yet. */
export const emptySite = (): StandInState => {
  const state = smallSite()
  const empty = quiz('quiz1', 'Nothing yet', { state: 'published', code: CODE })
  return { ...state, quizzes: [empty], places: [] }
}

/** Ten thousand quizzes, the first of which ten thousand took. */
export const largeSite = (): StandInState => ({
  ...smallSite(),
  quizzes: Array.from({ length: 10_000 }, (_, index) =>
    quiz(`quiz${index + 1}`, `Quiz ${String(index + 1).padStart(5, '0')}`, {
      results: index === 0 ? Array.from({ length: 10_000 }, (_, at) => sampleResult(10_000 - at)) : [],
    }),
  ),
})
