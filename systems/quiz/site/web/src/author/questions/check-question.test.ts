import { expect, it } from 'vitest'
import { checkQuestion, messagesOf } from './check-question.ts'
import { emptyOption, newDraft } from './question-draft.ts'

it('says what the API would refuse, at its field, and nothing about what is only incomplete', () => {
  expect(checkQuestion(newDraft('one'))).toEqual({})
  const long = { ...emptyOption('a'), text: 'x'.repeat(301) }
  const question = { ...newDraft('one'), text: '🦊'.repeat(1001), options: [emptyOption('b'), long] }
  expect(checkQuestion(question)).toEqual({
    text: 'Question: at most 1,000 characters; there are 1,001',
    'options.1.text': 'Option 2: at most 300 characters; there are 301',
  })
  expect(checkQuestion({ ...question, kind: 'text', text: '', answers: 'a\n'.repeat(21) })).toEqual({
    answers: 'At most 20 answers; there are 21',
  })
})

it('finds the field that the API means', () => {
  const errors = [{ path: '/body/options/0/text', message: 'is too long' }]
  expect(messagesOf({ title: '', detail: '', errors })).toEqual({ 'options.0.text': 'is too long' })
  expect(messagesOf(undefined)).toEqual({})
})
