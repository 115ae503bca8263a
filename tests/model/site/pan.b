	switch (t->back) {
	default: Uerror("bad return move");
	case  0: goto R999; /* nothing to undo */

		 /* PROC P */
;
		;
		
	case 4: // STATE 3
		;
		now.b = trpt->bup.oval;
		;
		goto R999;

	case 5: // STATE 5
		;
		now.b = trpt->bup.oval;
		;
		goto R999;

	case 6: // STATE 9
		;
		now.b = trpt->bup.oval;
		;
		goto R999;
;
		;
		
	case 8: // STATE 12
		;
		now.b = trpt->bup.oval;
		;
		goto R999;
;
		;
		;
		;
		
	case 11: // STATE 20
		;
		now.b = trpt->bup.oval;
		;
		goto R999;

	case 12: // STATE 27
		;
		p_restor(II);
		;
		;
		goto R999;
	}

