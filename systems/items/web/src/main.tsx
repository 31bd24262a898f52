import { I18nProvider } from '@terrace/ui'
import '@terrace/ui/styles.css'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { createServices, ServicesProvider } from './api/services.ts'
import { App } from './app.tsx'
import { TEXT_LOCALE } from './text.ts'

const root = document.getElementById('root')
if (!root) throw new Error('index.html has no element with the id "root"')
const services = createServices()

createRoot(root).render(
  <StrictMode>
    <I18nProvider locale={TEXT_LOCALE}>
      <ServicesProvider value={services}>
        <App />
      </ServicesProvider>
    </I18nProvider>
  </StrictMode>,
)
