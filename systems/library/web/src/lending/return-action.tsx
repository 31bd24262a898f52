import { Button, RowActions } from '@terrace/ui'
import { explain } from '../explain.ts'
import { text } from '../text.ts'
import styles from './lending.module.css'
import { type LentBook, useReturn } from './use-return.ts'

/** Takes back the book of a loan. A refusal is said right there. */
export function ReturnAction({ lent }: { readonly lent: LentBook }) {
  const { giveBack, isPending, error } = useReturn(lent)
  return (
    <RowActions>
      <Button size="small" label={text.returnBookLabel(lent.title)} isPending={isPending} onPress={giveBack}>
        {text.returnBook}
      </Button>
      {error && (
        <p role="alert" className={styles.problem}>
          {explain(error)}
        </p>
      )}
    </RowActions>
  )
}
