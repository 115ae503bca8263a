#define rand	pan_rand
#define pthread_equal(a,b)	((a)==(b))
#if defined(HAS_CODE) && defined(VERBOSE)
	#ifdef BFS_PAR
		bfs_printf("Pr: %d Tr: %d\n", II, t->forw);
	#else
		cpu_printf("Pr: %d Tr: %d\n", II, t->forw);
	#endif
#endif
	switch (t->forw) {
	default: Uerror("bad forward move");
	case 0:	/* if without executable clauses */
		continue;
	case 1: /* generic 'goto' or 'skip' */
		IfNotBlocked
		_m = 3; goto P999;
	case 2: /* generic 'else' */
		IfNotBlocked
		if (trpt->o_pm&1) continue;
		_m = 3; goto P999;

		 /* PROC P */
	case 3: // STATE 1 - /tmp/mm/t.pml:4 - [(a)] (0:0:0 - 1)
		IfNotBlocked
		reached[0][1] = 1;
		if (!(((int)now.a)))
			continue;
		_m = 3; goto P999; /* 0 */
	case 4: // STATE 2 - /tmp/mm/t.pml:3 - [(a)] (8:0:1 - 1)
		IfNotBlocked
		reached[0][2] = 1;
		if (!(((int)now.a)))
			continue;
		/* merge: b = 1(0, 3, 8) */
		reached[0][3] = 1;
		(trpt+1)->bup.oval = ((int)now.b);
		now.b = 1;
#ifdef VAR_RANGES
		logval("b", ((int)now.b));
#endif
		;
		/* merge: .(goto)(0, 7, 8) */
		reached[0][7] = 1;
		;
		_m = 3; goto P999; /* 2 */
	case 5: // STATE 5 - /tmp/mm/t.pml:3 - [b = 2] (0:0:1 - 1)
		IfNotBlocked
		reached[0][5] = 1;
		(trpt+1)->bup.oval = ((int)now.b);
		now.b = 2;
#ifdef VAR_RANGES
		logval("b", ((int)now.b));
#endif
		;
		_m = 3; goto P999; /* 0 */
	case 6: // STATE 8 - /tmp/mm/t.pml:3 - [((b==0))] (16:0:1 - 3)
		IfNotBlocked
		reached[0][8] = 1;
		if (!((((int)now.b)==0)))
			continue;
		/* merge: b = 3(0, 9, 16) */
		reached[0][9] = 1;
		(trpt+1)->bup.oval = ((int)now.b);
		now.b = 3;
#ifdef VAR_RANGES
		logval("b", ((int)now.b));
#endif
		;
		_m = 3; goto P999; /* 1 */
	case 7: // STATE 11 - /tmp/mm/t.pml:2 - [(a)] (0:0:0 - 1)
		IfNotBlocked
		reached[0][11] = 1;
		if (!(((int)now.a)))
			continue;
		_m = 3; goto P999; /* 0 */
	case 8: // STATE 12 - /tmp/mm/t.pml:2 - [b = (b+1)] (0:0:1 - 1)
		IfNotBlocked
		reached[0][12] = 1;
		(trpt+1)->bup.oval = ((int)now.b);
		now.b = (((int)now.b)+1);
#ifdef VAR_RANGES
		logval("b", ((int)now.b));
#endif
		;
		_m = 3; goto P999; /* 0 */
	case 9: // STATE 18 - /tmp/mm/t.pml:4 - [(!(a))] (0:0:0 - 1)
		IfNotBlocked
		reached[0][18] = 1;
		if (!( !(((int)now.a))))
			continue;
		_m = 3; goto P999; /* 0 */
	case 10: // STATE 19 - /tmp/mm/t.pml:2 - [(a)] (0:0:0 - 1)
		IfNotBlocked
		reached[0][19] = 1;
		if (!(((int)now.a)))
			continue;
		_m = 3; goto P999; /* 0 */
	case 11: // STATE 20 - /tmp/mm/t.pml:2 - [b = (b+1)] (0:0:1 - 1)
		IfNotBlocked
		reached[0][20] = 1;
		(trpt+1)->bup.oval = ((int)now.b);
		now.b = (((int)now.b)+1);
#ifdef VAR_RANGES
		logval("b", ((int)now.b));
#endif
		;
		_m = 3; goto P999; /* 0 */
	case 12: // STATE 27 - /tmp/mm/t.pml:4 - [-end-] (0:0:0 - 7)
		IfNotBlocked
		reached[0][27] = 1;
		if (!delproc(1, II)) continue;
		_m = 3; goto P999; /* 0 */
	case  _T5:	/* np_ */
		if (!((!(trpt->o_pm&4) && !(trpt->tau&128))))
			continue;
		/* else fall through */
	case  _T2:	/* true */
		_m = 3; goto P999;
#undef rand
	}

