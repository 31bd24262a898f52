import { ask } from '../api/ask.ts'
import { useAsked } from '../api/questions.ts'
import { useServices } from '../api/services.ts'
import { text } from '../text.ts'

/** Says which environment and which version of the API one looks at. @param isDue  not before the first content */
export function EnvironmentLine({ isDue }: { readonly isDue: boolean }) {
  // A line of the same height while it isn't known: nothing moves when it is.
  return <p>{isDue ? <Environment /> : '\u00a0'}</p>
}

function Environment() {
  const { api, questions } = useServices()
  const { data } = useAsked(questions, ask.info(api))
  return data ? text.runsIn(data.environment, data.version) : '\u00a0'
}
