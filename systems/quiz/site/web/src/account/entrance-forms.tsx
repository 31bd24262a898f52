import { Tabs } from '@terrace/ui'
import { useState } from 'react'
import { focusHeading } from '../frame/focus-heading.ts'
import { text } from '../text/text.ts'
import { LogInForm } from './log-in-form.tsx'
import { SignUpForm } from './sign-up-form.tsx'

/** The two ways in. */
export type Way = 'logIn' | 'signUp'

/** Logging in, or signing up, wherever one is; whatever needed it then goes on in this place. */
export function EntranceForms({ way }: { readonly way: Way }) {
  const [chosen, choose] = useState(way)
  return (
    <Tabs<Way>
      label={text.account}
      value={chosen}
      onChange={choose}
      tabs={[
        { value: 'logIn', label: text.logIn },
        { value: 'signUp', label: text.signUp },
      ]}
    >
      {chosen === 'logIn' ? <LogInForm onDone={focusHeading} /> : <SignUpForm onDone={focusHeading} />}
    </Tabs>
  )
}
