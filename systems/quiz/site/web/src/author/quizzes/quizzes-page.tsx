import { Button, Icon, PageTitle } from '@terrace/ui'
import { useState } from 'react'
import { WithAccount } from '../../account/with-account.tsx'
import { authorText } from '../../text/author-text.ts'
import { text } from '../../text/text.ts'
import { NewQuizDialog } from './new-quiz-dialog.tsx'
import { QuizzesList } from './quizzes-list.tsx'

/** All of one's own quizzes. */
export function QuizzesPage() {
  const [isAdding, setAdding] = useState(false)
  const add = (
    <Button look="primary" onPress={() => setAdding(true)}>
      <Icon name="plus" /> {authorText.newQuiz}
    </Button>
  )
  return (
    <WithAccount otherwise={<LoggedOut />}>
      {account => (
        <>
          <PageTitle application={text.application} actions={add}>
            {authorText.quizzes}
          </PageTitle>
          <QuizzesList key={account.id} accountId={account.id} onAdd={() => setAdding(true)} />
          {isAdding && <NewQuizDialog onClose={() => setAdding(false)} />}
        </>
      )}
    </WithAccount>
  )
}

const LoggedOut = () => (
  <>
    <PageTitle application={text.application}>{authorText.quizzes}</PageTitle>
    <WithAccount>{() => null}</WithAccount>
  </>
)
