import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { requirementsDocument } from './requirements.ts';

writeFileSync(join(import.meta.dirname, '../../docs/requirements.md'), requirementsDocument());
