/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
import { enhanceForm } from './form.ts'
import { enhanceList } from './list.ts'
import { passAwayAll } from './notices.ts'
import { enhanceSearch } from './search.ts'
import { localizeTimes } from './times.ts'

document.documentElement.classList.add('scripted')
localizeTimes(document)
passAwayAll()
enhanceList()
enhanceSearch()
enhanceForm()
