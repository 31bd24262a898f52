import type { ReactNode } from 'react'
import { Tabs as AriaTabs, Tab, TabList, TabPanel } from 'react-aria-components/Tabs'
import { classNames } from '../class-names.ts'
import styles from './tabs.module.css'

export interface TabsProps<Value extends string> {
  readonly label: string
  readonly value: Value
  readonly onChange: (value: Value) => void
  readonly tabs: readonly { readonly value: Value; readonly label: string; readonly count?: string | undefined }[]
  /** The panel of the tab that is open. */
  readonly children: ReactNode
}

/** Several views of one subject, one at a time. The open one is the caller's, so that it can live in the address. */
export function Tabs<Value extends string>({ label, value, onChange, tabs, children }: TabsProps<Value>) {
  return (
    <AriaTabs
      selectedKey={value}
      onSelectionChange={key => {
        const chosen = tabs.find(tab => tab.value === key)
        if (chosen) onChange(chosen.value)
      }}
    >
      <TabList aria-label={label} className={classNames(styles.list)}>
        {tabs.map(tab => (
          <Tab key={tab.value} id={tab.value} className={classNames(styles.tab)}>
            {tab.label}
            {tab.count !== undefined && <span className={styles.count}>{tab.count}</span>}
          </Tab>
        ))}
      </TabList>
      {tabs.map(tab => (
        <TabPanel key={tab.value} id={tab.value} className={classNames(styles.panel)}>
          {tab.value === value && children}
        </TabPanel>
      ))}
    </AriaTabs>
  )
}
