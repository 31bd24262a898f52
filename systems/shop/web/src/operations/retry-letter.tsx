import { Button, RowActions } from '@terrace/ui'
import { useState } from 'react'
import { useServices } from '../api/services.ts'
import { explain } from '../explain.ts'
import { text } from '../text.ts'
import { askOperations, retryDeadLetter } from './operations-api.ts'

/** Gives one dead letter back to the worker. @param name  number of its order */
export function RetryLetter({ id, name }: { readonly id: string; readonly name: string }) {
  const { api, queries, toasts } = useServices()
  const [isPending, setIsPending] = useState(false)
  const retry = async () => {
    setIsPending(true)
    try {
      await retryDeadLetter(api, id)
      toasts.add({ state: 'good', text: text.retried(name) }, { timeout: 6_000 })
    } catch (error) {
      toasts.add({ state: 'bad', text: text.notRetried(name, explain(error)) })
    } finally {
      setIsPending(false)
      void queries.invalidateQueries({ queryKey: askOperations.deadLetters(api).queryKey })
    }
  }
  return (
    <RowActions>
      <Button size="small" label={text.retryLabel(name)} isPending={isPending} onPress={() => void retry()}>
        {text.retry}
      </Button>
    </RowActions>
  )
}
