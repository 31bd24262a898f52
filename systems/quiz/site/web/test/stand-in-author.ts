import type { QuestionInput } from '../src/api/site-api.ts'
import type { Question, Quiz } from '../src/api/types.ts'
import { type Answer, type Asked, problem } from './stand-in-answers.ts'
import type { StandInQuiz, StandInState } from './stand-in-state.ts'

/** What the API answers to authors who are logged in. */
export function answerAuthors(state: StandInState, asked: Asked): Answer {
  const [, collection = '', id = '', more = ''] = asked.url.pathname.split('/').filter(Boolean)
  if (collection === 'questions') return answerAtQuestion(state, asked, id)
  if (collection === 'pictures') {
    const picture = state.pictures.find(one => one.id === id)
    return picture ? { status: 200, body: picture } : problem(404, 'Picture not found')
  }
  if (collection !== 'quizzes') return problem(404, 'Not found')
  if (id === '') return asked.method === 'GET' ? listQuizzes(state, asked) : addQuiz(state, asked)
  const quiz = state.quizzes.find(one => one.id === id && one.accountId === asked.accountId)
  if (!quiz || (quiz.isDeleted && more !== 'restore')) return problem(404, 'Quiz not found')
  return answerAtQuiz(state, asked, quiz, more)
}

function answerAtQuiz(state: StandInState, { method, url, body }: Asked, quiz: StandInQuiz, more: string): Answer {
  switch (`${method} ${more}`) {
    case 'GET ':
      return { status: 200, body: { ...seen(quiz), questions: quiz.questions } }
    case 'PUT ':
      if (body.version !== quiz.version) return problem(409, 'The quiz was changed elsewhere meanwhile')
      Object.assign(quiz, { title: body.title, description: body.description, version: quiz.version + 1 })
      break
    case 'DELETE ':
      quiz.isDeleted = true
      return { status: 204 }
    case 'POST restore':
      quiz.isDeleted = false
      break
    case 'POST publish':
      quiz.state = 'published'
      quiz.code = 'NEWCODE1'
      break
    case 'POST close':
      quiz.state = 'closed'
      break
    case 'POST reopen':
      quiz.state = 'published'
      break
    case 'POST copy': {
      const copy: StandInQuiz = {
        ...quiz,
        id: newId(state, 'quiz'),
        title: `${quiz.title} (copy)`,
        state: 'draft',
        code: null,
        questions: [...quiz.questions],
        results: [],
      }
      state.quizzes.unshift(copy)
      return { status: 201, body: seen(copy) }
    }
    case 'POST questions': {
      const question = asQuestion(state, newId(state, 'question'), body)
      quiz.questions.push(question)
      return { status: 201, body: question }
    }
    case 'PUT question-order': {
      const order = body.questionIds ?? []
      quiz.questions.sort((a, b) => order.indexOf(a.id) - order.indexOf(b.id))
      return { status: 200, body: quiz.questions }
    }
    case 'GET results':
      return part(quiz.results, url)
    case 'GET results.csv':
      return { status: 200, csv: quiz.results.map(({ nickname, score }) => `${nickname},${score}\r\n`).join('') }
    default:
      return problem(404, 'Not found')
  }
  return { status: 200, body: seen(quiz) }
}

function listQuizzes(state: StandInState, { url, accountId }: Asked): Answer {
  const q = (url.searchParams.get('q') ?? '').toLowerCase()
  const wanted = url.searchParams.get('state')
  const found = state.quizzes.filter(
    quiz =>
      quiz.accountId === accountId &&
      !quiz.isDeleted &&
      (wanted === null || quiz.state === wanted) &&
      `${quiz.title} ${quiz.description}`.toLowerCase().includes(q),
  )
  const { body: _, ...rest } = part(found, url)
  return { ...rest, body: slice(found, url).map(seen) }
}

function addQuiz(state: StandInState, { body, accountId = 0 }: Asked): Answer {
  const quiz: StandInQuiz = {
    accountId,
    id: newId(state, 'quiz'),
    title: body.title ?? '',
    description: body.description ?? '',
    state: 'draft',
    code: null,
    updatedAt: new Date().toISOString(),
    version: 1,
    isDeleted: false,
    questions: [],
    results: [],
  }
  state.quizzes.unshift(quiz)
  return { status: 201, body: seen(quiz) }
}

function answerAtQuestion(state: StandInState, { method, body }: Asked, id: string): Answer {
  const quiz = state.quizzes.find(one => one.questions.some(question => question.id === id))
  const at = quiz?.questions.findIndex(question => question.id === id) ?? -1
  if (!quiz || at < 0) return problem(404, 'Question not found')
  if (method === 'DELETE') {
    quiz.questions.splice(at, 1)
    return { status: 204 }
  }
  const question = asQuestion(state, id, body)
  quiz.questions[at] = question
  return { status: 200, body: question }
}

function asQuestion(state: StandInState, id: string, input: Partial<QuestionInput>): Question {
  const options = (input.options ?? []).map(option => ({
    ...option,
    id: option.id ?? newId(state, 'option'),
    pictureUrl: urlOf(state, option.pictureId),
  }))
  const { kind = 'one', text = '', explanation = '', points = 1, pictureId = null, answers = [] } = input
  const isComplete = kind === 'text' ? answers.length > 0 : options.length > 1
  return {
    id,
    kind,
    text,
    explanation,
    points,
    pictureId,
    pictureUrl: urlOf(state, pictureId),
    options,
    answers,
    order: options.map(option => option.id),
    problems: [...(text === '' ? ['needs a text'] : []), ...(isComplete ? [] : ['needs at least 2 options'])],
  }
}

const urlOf = (state: StandInState, id: string | null): string | null => {
  const picture = state.pictures.find(one => one.id === id)
  return picture ? (picture.cutoutUrl ?? picture.url) : null
}

const newId = (state: StandInState, kind: string): string => {
  state.ids += 1
  return `${kind}${state.ids}`
}

const seen = ({ accountId: _, isDeleted: __, questions, results, ...quiz }: StandInQuiz): Quiz => ({
  ...quiz,
  questionCount: questions.length,
  attemptCount: results.length,
})

function slice<T>(rows: readonly T[], url: URL): readonly T[] {
  const offset = Number(url.searchParams.get('offset') ?? 0)
  const limit = Number(url.searchParams.get('limit') ?? 50)
  return rows.slice(offset, offset + limit)
}

const part = (rows: readonly unknown[], url: URL): Answer => ({
  status: 200,
  body: slice(rows, url),
  total: rows.length,
})
