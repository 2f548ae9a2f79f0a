import { CORPUS } from './corpus.ts';
import { testCorpus } from './corpus-suite.ts';

testCorpus(CORPUS.filter(({ on }) => on === 'incident'));
