import * as z from 'zod'
import { idText, OBJECT, paragraphField, wholeField } from './common.ts'

/** `picture` is one choice among pictures. */
export const questionKinds = ['one', 'several', 'text', 'order', 'picture'] as const

export type QuestionKind = (typeof questionKinds)[number]

/** Most options of a question, most accepted answers, most questions of a quiz. */
const MAX_OPTIONS = 12
const MAX_ANSWERS = 20
export const MAX_QUESTIONS = 100

/** One option as its author sees it. */
export const optionSchema = z.object({
  id: z.string(),
  text: z.string(),
  pictureId: z.string().nullable(),
  pictureUrl: z.string().nullable().describe('Of the cut-out when there is one, else of the picture'),
  correct: z.boolean(),
})

export type Option = Omit<z.output<typeof optionSchema>, 'pictureUrl'>

/** A question as its author sees it. */
export const questionSchema = z
  .object({
    id: z.string(),
    kind: z.enum(questionKinds),
    text: z.string(),
    explanation: z.string().describe('Shown with the result'),
    points: z.int(),
    pictureId: z.string().nullable(),
    pictureUrl: z.string().nullable().describe('Of the cut-out when there is one, else of the picture'),
    options: z.array(optionSchema),
    answers: z.array(z.string()).describe('Accepted answers, kind text'),
    order: z.array(z.string()).describe('The ids of the options in the right order, kind order'),
    problems: z.array(z.string()).describe('What is missing before the quiz can be published'),
  })
  .meta({ id: 'Question' })

export type Question = z.output<typeof questionSchema>

const pictureId = idText.nullable().default(null)

/** The body that makes or replaces a question. It may be incomplete as long as the quiz is a draft. */
export const questionInputSchema = z
  .object(
    {
      kind: z.enum(questionKinds, `must be one of ${questionKinds.join(', ')}`),
      text: paragraphField(1000).default(''),
      explanation: paragraphField(2000).default(''),
      points: wholeField(1, 100).default(1),
      pictureId,
      options: z
        .array(
          z.object(
            {
              id: idText.optional().describe('Of the option that it was before; new ones have none'),
              text: paragraphField(300).default(''),
              pictureId,
              correct: z.boolean('must be true or false').default(false),
            },
            OBJECT,
          ),
          'must be a list of options',
        )
        .max(MAX_OPTIONS, `must have at most ${MAX_OPTIONS} options`)
        .default([])
        .describe('For kind order, in the right order'),
      answers: z
        .array(paragraphField(200), 'must be a list of texts')
        .max(MAX_ANSWERS, `must have at most ${MAX_ANSWERS} answers`)
        .default([]),
    },
    OBJECT,
  )
  .meta({ id: 'QuestionInput' })

export type QuestionInput = z.output<typeof questionInputSchema>

/** The body that puts a quiz's questions in order. */
export const questionOrderSchema = z
  .object(
    {
      questionIds: z
        .array(idText, 'must be a list of ids')
        .max(MAX_QUESTIONS, `must have at most ${MAX_QUESTIONS} ids`)
        .describe('All of them, each once'),
    },
    OBJECT,
  )
  .meta({ id: 'QuestionOrder' })
