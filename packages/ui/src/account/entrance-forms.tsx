import { type ComponentType, useState } from 'react'
import { focusHeading } from '../page-frame/focus-heading.ts'
import { Tabs } from '../tabs/tabs.tsx'
import type { AccountText } from './account-text.ts'

/** The two ways in. */
export type Way = 'logIn' | 'signUp'

export interface EntranceFormsProps {
  /** The one that is shown first. */
  readonly way: Way
  /** The site's own forms: what they ask for is what its accounts are made of. */
  readonly forms: Readonly<Record<Way, ComponentType<{ readonly onDone: () => void }>>>
  readonly text: Pick<AccountText, 'account' | 'logIn' | 'signUp'>
}

/** Logging in, or signing up, wherever one is; whatever needed it then goes on in this place. */
export function EntranceForms({ way, forms, text }: EntranceFormsProps) {
  const [chosen, choose] = useState(way)
  const ChosenForm = forms[chosen]
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
      <ChosenForm onDone={focusHeading} />
    </Tabs>
  )
}
