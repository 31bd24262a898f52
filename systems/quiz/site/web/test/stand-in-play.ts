import type { Attempt, Outcome, PlayQuiz, Question } from '../src/api/types.ts'
import { type Answer, type Asked, problem } from './stand-in-answers.ts'
import type { StandInAttempt, StandInQuiz, StandInState } from './stand-in-state.ts'

/** What the API answers to players. */
export function answerPlayers(state: StandInState, asked: Asked): Answer | undefined {
  const [, collection = '', id = '', more = '', questionId = ''] = asked.url.pathname.split('/').filter(Boolean)
  if (collection === 'play') return answerAtCode(state, asked, id, more)
  if (collection === 'attempts') return answerAtAttempt(state, asked, { id, more, questionId })
  return undefined
}

function answerAtCode(state: StandInState, { method, body }: Asked, code: string, more: string): Answer {
  const quiz = state.quizzes.find(one => one.code === code.toUpperCase() && !one.isDeleted)
  if (!quiz || quiz.state === 'draft') return problem(404, 'Quiz not found')
  if (more === 'leaderboard') return { status: 200, body: state.places }
  if (quiz.state === 'closed') return problem(409, 'The quiz is closed')
  if (method === 'GET') return { status: 200, body: playQuiz(quiz) }
  state.ids += 1
  const attempt: StandInAttempt = {
    id: `attempt${state.ids}`,
    token: `token${state.ids}`,
    quizId: quiz.id,
    nickname: body.nickname ?? '',
    state: 'running',
    startedAt: new Date().toISOString(),
    finishedAt: null,
    answers: new Map(),
    result: null,
  }
  state.attempts.push(attempt)
  return { status: 201, body: { attempt: view(attempt, quiz), token: attempt.token } }
}

interface AtAttempt {
  readonly id: string
  readonly more: string
  readonly questionId: string
}

function answerAtAttempt(state: StandInState, { method, body, token }: Asked, { id, more, questionId }: AtAttempt) {
  const attempt = state.attempts.find(one => one.id === id && one.token === token)
  const quiz = state.quizzes.find(one => one.id === attempt?.quizId)
  if (!attempt || !quiz) return problem(404, 'Attempt not found')
  if (method === 'GET') return { status: 200, body: view(attempt, quiz) }
  if (more === 'answers') {
    if (attempt.state !== 'running' || quiz.state === 'closed') return problem(409, 'The quiz is closed')
    const given = { optionIds: body.optionIds ?? [], text: body.text ?? null }
    attempt.answers.set(questionId, given)
    return { status: 200, body: { questionId, ...given } }
  }
  if (attempt.state === 'running') finish(state, attempt, quiz)
  return { status: 200, body: view(attempt, quiz) }
}

function finish(state: StandInState, attempt: StandInAttempt, quiz: StandInQuiz): void {
  const questions = quiz.questions.map(question => outcome(question, attempt))
  const score = questions.reduce((sum, { points }) => sum + points, 0)
  attempt.state = 'finished'
  attempt.finishedAt = new Date().toISOString()
  attempt.result = { score, maxScore: maxScore(quiz), durationMs: 65_000, questions }
  state.places.push({ rank: 3, nickname: attempt.nickname, score, maxScore: maxScore(quiz), durationMs: 65_000 })
}

function outcome(question: Question, attempt: StandInAttempt): Outcome {
  const given = attempt.answers.get(question.id) ?? null
  const right = question.kind === 'order' ? question.order : rightOptions(question)
  const isSame = (ids: readonly string[]) => ids.join() === right.join()
  const chosen = given?.optionIds ?? []
  const isRight =
    question.kind === 'text'
      ? question.answers.includes(given?.text ?? '')
      : isSame(question.kind === 'order' ? chosen : chosen.toSorted())
  return {
    questionId: question.id,
    correct: isRight,
    points: isRight ? question.points : 0,
    maxPoints: question.points,
    given,
    right: { optionIds: right, texts: question.answers },
    explanation: question.explanation,
  }
}

const rightOptions = ({ options }: Question) => options.filter(({ correct }) => correct).map(({ id }) => id)

const maxScore = ({ questions }: StandInQuiz) => questions.reduce((sum, { points }) => sum + points, 0)

const view = (attempt: StandInAttempt, quiz: StandInQuiz): Attempt => ({
  id: attempt.id,
  nickname: attempt.nickname,
  state: attempt.state,
  startedAt: attempt.startedAt,
  finishedAt: attempt.finishedAt,
  quiz: playQuiz(quiz),
  answers: [...attempt.answers].map(([questionId, given]) => ({ questionId, ...given })),
  result: attempt.result,
})

/** Without answers; what is to be put in order comes the other way round. */
const playQuiz = (quiz: StandInQuiz): PlayQuiz => ({
  code: quiz.code ?? '',
  title: quiz.title,
  description: quiz.description,
  maxScore: maxScore(quiz),
  questions: quiz.questions.map(({ id, kind, text, points, pictureUrl, options }) => ({
    id,
    kind,
    text,
    points,
    pictureUrl,
    options: (kind === 'order' ? options.toReversed() : options).map(one => ({
      id: one.id,
      text: one.text,
      pictureUrl: one.pictureUrl,
    })),
  })),
})
